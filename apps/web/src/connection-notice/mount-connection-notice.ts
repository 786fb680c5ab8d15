import { elementIn } from "../dom/element-in.ts";
import type { Connection } from "../state/connection.ts";
import "./connection-notice.css";

const HTML = `
  <div class="connection-notice notice" role="alert" hidden>
    <p class="connection-notice-text"></p>
    <button type="button" class="button">Try again</button>
  </div>`;

/** Says why nothing can be sent or fetched, and tries again when asked. */
export function mountConnectionNotice(
  element: HTMLElement,
  { onRetry }: { onRetry: () => void },
): (connection: Connection) => void {
  element.innerHTML = HTML;
  const notice = elementIn(element, ".connection-notice", HTMLElement);
  const text = elementIn(element, ".connection-notice-text", HTMLElement);
  elementIn(element, "button", HTMLButtonElement).addEventListener("click", onRetry);

  return (connection) => {
    notice.hidden = connection.state !== "failed";
    text.textContent = connection.state === "failed" ? connection.message : "";
  };
}
