import { elementIn } from "../dom/element-in.ts";
import type { Login } from "../state/login.ts";
import "./login-panel.css";

const HTML = `
  <div class="login-panel card" hidden>
    <h2 id="login-panel-heading">Log in to send and fetch files</h2>
    <p class="login-panel-message" role="alert" hidden></p>
    <p class="login-panel-note">Nobody but you sees the files that you store.</p>
    <button type="button" class="button button-primary login-panel-button">Log in</button>
  </div>
  <div class="login-ended notice" role="alert" hidden>
    <p>Your login has ended. What has arrived is kept, and goes on after you have logged in again.</p>
    <button type="button" class="button login-again-button">Log in again</button>
  </div>`;

/** Asks who it is, where nobody is logged in. */
export function mountLoginPanel(
  element: HTMLElement,
  { onLogIn }: { onLogIn: () => void },
): (login: Login) => void {
  element.innerHTML = HTML;
  const panel = elementIn(element, ".login-panel", HTMLElement);
  const ended = elementIn(element, ".login-ended", HTMLElement);
  const message = elementIn(element, ".login-panel-message", HTMLElement);
  const button = elementIn(element, ".login-panel-button", HTMLButtonElement);
  for (const it of [button, elementIn(element, ".login-again-button", HTMLButtonElement)]) {
    it.addEventListener("click", onLogIn);
  }

  return (login) => {
    panel.hidden = login.state !== "out" && login.state !== "leaving";
    button.setAttribute("aria-disabled", String(login.state === "leaving"));
    message.textContent = login.state === "out" ? (login.message ?? "") : "";
    message.hidden = message.textContent === "";
    ended.hidden = !(login.state === "in" && login.ended);
  };
}
