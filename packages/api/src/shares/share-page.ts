import prettyBytes from "pretty-bytes";

export interface SharePage {
  title: string;
  text: string;
  /** What is to be downloaded, where that may be told. */
  file?: { name: string; sizeBytes: number };
  form?: { asksPassword: boolean; problem?: string };
}

/**
 * A page without a script, and with nothing from elsewhere.
 *
 * @param nonce - of its style, for the Content-Security-Policy
 */
export function sharePage({ title, text, file, form }: SharePage, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escape(title)} – Waybill</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<p class="brand">Waybill</p>
<h1>${escape(title)}</h1>
${file === undefined ? "" : `<p class="file"><bdi>${escape(file.name)}</bdi> <span>${prettyBytes(file.sizeBytes, { binary: true })}</span></p>`}
<p>${escape(text)}</p>
${form === undefined ? "" : formHtml(form)}
</main>
</body>
</html>
`;
}

function formHtml({ asksPassword, problem }: { asksPassword: boolean; problem?: string }): string {
  const alert =
    problem === undefined ? "" : `<p class="problem" id="problem" role="alert">${escape(problem)}</p>`;
  const described = problem === undefined ? "" : ' aria-invalid="true" aria-describedby="problem"';
  const field = asksPassword
    ? `<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="off" required autofocus${described}>`
    : "";
  return `<form method="post">${field}${alert}<button>Download</button></form>`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The look of the page that files are sent with. Text on its background: at least 4.5 : 1. */
const STYLE = `
:root { color-scheme: light dark; --accent: light-dark(#0f766e, #2dbfae); --line: light-dark(#b9c4c0, #46504d); }
* { box-sizing: border-box; }
body { margin: 0; min-block-size: 100vh; display: grid; place-items: center; padding: 1rem;
  background: light-dark(#f7f8f8, #121514); color: light-dark(#17201e, #e6ebe9); font: 1rem/1.5 system-ui, sans-serif; }
main { inline-size: min(26rem, 100%); padding: 2rem; border: 1px solid light-dark(#e3e8e6, #2a302e);
  border-radius: 14px; background: light-dark(#fff, #1a1e1d); }
p, h1 { margin: 0 0 1rem; overflow-wrap: anywhere; }
main > :last-child { margin-block-end: 0; }
h1 { font-size: 1.25rem; font-weight: 650; }
.brand { font-size: 0.875rem; font-weight: 650; color: light-dark(#0f6b64, #4fd0c0); }
.file { font-weight: 600; }
.file span { font-weight: 400; color: light-dark(#57635f, #9daaa6); white-space: nowrap; }
form { display: flex; flex-direction: column; gap: 0.5rem; }
label { font-size: 0.875rem; font-weight: 500; }
input, button { min-block-size: 2.75rem; padding-inline: 0.75rem; border: 1px solid var(--line); border-radius: 8px;
  background: transparent; color: inherit; font: inherit; }
button { margin-block-start: 0.5rem; border-color: transparent; background: var(--accent);
  color: light-dark(#fff, #06211e); font-weight: 500; cursor: pointer; }
button:hover { background: light-dark(#0b5e57, #56d3c4); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.problem { margin: 0; color: light-dark(#b42318, #f49a91); }
`;
