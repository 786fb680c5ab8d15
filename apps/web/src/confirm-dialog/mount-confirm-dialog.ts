import { elementIn } from "../dom/element-in.ts";
import "./confirm-dialog.css";

const HTML = `
  <form method="dialog" class="confirm-dialog">
    <h2 id="confirm-dialog-heading" class="confirm-dialog-heading">Delete this file?</h2>
    <p class="confirm-dialog-name" dir="auto"></p>
    <p class="confirm-dialog-text">It is removed from the store for good.</p>
    <div class="confirm-dialog-buttons">
      <button class="button" value="no" autofocus>Keep it</button>
      <button class="button button-danger" value="yes">Delete</button>
    </div>
  </form>`;

/** Asks before a file is deleted; open while there is a file to ask about. */
export function mountConfirmDialog(
  dialog: HTMLDialogElement,
  { onAnswer }: { onAnswer: (yes: boolean) => void },
): (fileName: string | undefined) => void {
  dialog.innerHTML = HTML;
  const name = elementIn(dialog, ".confirm-dialog-name", HTMLElement);
  // Escape closes it with the answer that it was opened with. The browser gives the focus back.
  dialog.addEventListener("close", () => onAnswer(dialog.returnValue === "yes"));

  return (fileName) => {
    if (fileName === undefined) {
      if (dialog.open) dialog.close("no");
      return;
    }
    name.textContent = fileName;
    if (dialog.open) return;
    dialog.returnValue = "no";
    dialog.showModal();
  };
}
