import { elementIn } from "../dom/element-in.ts";
import type { Login } from "../state/login.ts";
import "./account.css";

const HTML = `
  <span class="account" hidden>
    <span class="account-name" data-testid="account-name" dir="auto"></span>
    <button type="button" class="button button-quiet">Log out</button>
  </span>`;

/** Says who is logged in, and logs out. */
export function mountAccount(
  element: HTMLElement,
  { onLogOut }: { onLogOut: () => void },
): (login: Login) => void {
  element.innerHTML = HTML;
  const account = elementIn(element, ".account", HTMLElement);
  const name = elementIn(element, ".account-name", HTMLElement);
  elementIn(element, "button", HTMLButtonElement).addEventListener("click", onLogOut);

  return (login) => {
    account.hidden = login.state !== "in";
    name.textContent = login.state === "in" ? login.name : "";
    name.title = name.textContent;
  };
}
