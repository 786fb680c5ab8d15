import { createHash } from "node:crypto";
import { html, Html } from "./html.ts";
import type { OidcUser } from "./oidc-options.ts";

const STYLE = `
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; min-block-size: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: light-dark(#f7f8f8, #121514); color: light-dark(#17201e, #e6ebe9); font: 1rem/1.5 system-ui, sans-serif; }
main { inline-size: min(26rem, 100%); padding: 2rem; border: 1px solid light-dark(#e3e8e6, #2a302e); border-radius: 14px;
  background: light-dark(#fff, #1a1e1d); overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.25rem; font-weight: 650; }
p { margin: 0 0 1rem; }
.quiet { color: light-dark(#57635f, #9daaa6); font-size: .875rem; }
.quiet:last-child { margin: 1.5rem 0 0; }
.problem { color: light-dark(#b42318, #f49a91); }
.code { font: 600 1.75rem/1.2 ui-monospace, monospace; letter-spacing: .08em; text-align: center; }
form { display: grid; gap: .75rem; margin: 0; }
form + form { margin-block-start: .75rem; }
label { display: grid; gap: .25rem; font-weight: 500; }
button, input[type="text"] { min-block-size: 2.75rem; inline-size: 100%; padding-inline: 1rem; border-radius: 8px; font: inherit; }
input[type="text"] { border: 1px solid light-dark(#b9c4c0, #46504d); background: transparent; color: inherit; text-transform: uppercase; }
button { border: 1px solid light-dark(#b9c4c0, #46504d); background: transparent; color: inherit; font-weight: 500; cursor: pointer; }
button:hover { background: light-dark(#eef1f0, #262c2a); }
button.primary { border-color: transparent; background: light-dark(#0f766e, #2dbfae); color: light-dark(#fff, #06211e); }
button.primary:hover { background: light-dark(#0b5e57, #56d3c4); }
button.plain { border-color: transparent; }
:focus-visible { outline: 2px solid light-dark(#0f766e, #2dbfae); outline-offset: 2px; }
`;

const SUBMIT_AT_ONCE = "document.forms[0].submit()";
/** Outside of the templates, where not a space may be added: the policy below knows them by their hashes. */
const STYLE_TAG = new Html(`<style>${STYLE}</style>`);
const SUBMIT_TAG = new Html(`<script>${SUBMIT_AT_ONCE}</script>`);
const sha256 = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What our own pages may do: nothing but be themselves. (`form-action` would also bind where a login leads to.) */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src ${sha256(STYLE)}`,
  `script-src ${sha256(SUBMIT_AT_ONCE)}`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const LOCAL_NOTE = html`<p class="quiet">
  This login stands in for a real one. It asks for no password, since only this computer can reach it.
</p>`;

/** Who is it? One button for each test user. */
export function chooseUserPage(options: {
  clientName: string;
  users: readonly OidcUser[];
  action: string;
}): string {
  const { clientName, users, action } = options;
  return page(
    "Log in",
    html`<h1>Log in to ${clientName}</h1>
      <p>Choose who you are.</p>
      <form method="post" action="${action}">
        ${users.map(({ sub, name }) => html`<button name="user" value="${sub}">${name}</button>`)}
        <button name="user" value="" class="plain">Cancel</button>
      </form>
      ${LOCAL_NOTE}`,
  );
}

/** The code that a device shows, to be typed in. */
export function deviceCodePage(options: {
  action: string;
  xsrf: string;
  problem: string | undefined;
}): string {
  const { action, xsrf, problem } = options;
  return page(
    "Log in a device",
    html`<h1>Log in a device</h1>
      ${problem === undefined ? html`` : html`<p class="problem" role="alert">${problem}</p>`}
      <form method="post" action="${action}">
        <input type="hidden" name="xsrf" value="${xsrf}" />
        <label>
          Code that it shows
          <input
            type="text"
            name="user_code"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            required
          />
        </label>
        <button class="primary">Continue</button>
      </form>`,
  );
}

/** Is it the code that the device shows? */
export function confirmDevicePage(options: {
  action: string;
  xsrf: string;
  clientName: string;
  userCode: string;
}): string {
  const { action, xsrf, clientName, userCode } = options;
  const hidden = html`<input type="hidden" name="xsrf" value="${xsrf}" />
    <input type="hidden" name="user_code" value="${userCode}" />
    <input type="hidden" name="confirm" value="yes" />`;
  return page(
    "Log in a device",
    html`<h1>${clientName} wants to log in</h1>
      <p>Go on only if it shows this code, and you have just started it.</p>
      <p class="code">${userCode}</p>
      <form method="post" action="${action}">
        ${hidden}
        <button class="primary">Continue</button>
        <button name="abort" value="yes" class="plain">Cancel</button>
      </form>`,
  );
}

/** Log out by what a page sent here: nobody is asked once more. */
export function logoutPage(options: { action: string; xsrf: string; atOnce: boolean }): string {
  const { action, xsrf, atOnce } = options;
  return page(
    "Log out",
    html`<h1>Log out?</h1>
      <form method="post" action="${action}">
        <input type="hidden" name="xsrf" value="${xsrf}" />
        <input type="hidden" name="logout" value="yes" />
        <button class="primary">Log out</button>
      </form>
      ${atOnce ? SUBMIT_TAG : html``}`,
  );
}

/** Something to read, and nothing to do. */
export function messagePage(title: string, text: string): string {
  return page(
    title,
    html`<h1>${title}</h1>
      <p>${text}</p>`,
  );
}

function page(title: string, main: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${STYLE_TAG}
      </head>
      <body>
        <main>${main}</main>
      </body>
    </html>`.text;
}
