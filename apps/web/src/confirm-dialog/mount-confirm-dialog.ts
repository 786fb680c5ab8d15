import { elementIn } from "../dom/element-in.ts";

export interface ConfirmDialogOptions {
  /** Words of our own. */
  words: { question: string; consequence: string; no: string; yes: string };
  onAnswer: (yes: boolean) => void;
}

const html = (id: string, { question, consequence, no, yes }: ConfirmDialogOptions["words"]) => `
  <form method="dialog" class="dialog-form">
    <h2 id="${id}-heading" class="dialog-heading">${question}</h2>
    <p class="dialog-name" dir="auto"></p>
    <p class="dialog-text">${consequence}</p>
    <div class="dialog-buttons">
      <button class="button" value="no" autofocus>${no}</button>
      <button class="button button-danger" value="yes">${yes}</button>
    </div>
  </form>`;

/** Asks before something is done that cannot be undone; open while there is a file to ask about. */
export function mountConfirmDialog(
  dialog: HTMLDialogElement,
  { words, onAnswer }: ConfirmDialogOptions,
): (fileName: string | undefined) => void {
  dialog.innerHTML = html(dialog.id, words);
  dialog.className = "dialog";
  const name = elementIn(dialog, ".dialog-name", HTMLElement);
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
