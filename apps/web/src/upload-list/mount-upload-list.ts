import { elementIn } from "../dom/element-in.ts";
import { keyedRows } from "../dom/keyed-rows.ts";
import { isFinished, type Upload } from "../state/upload-queue.ts";
import { mountUploadRow } from "./mount-upload-row.ts";
import { summarizeUploads } from "./summarize-uploads.ts";

export interface UploadListOptions {
  onPause: (id: string) => void;
  onResume: (id: string) => void;
  onCancel: (id: string) => void;
  onRetry: (id: string) => void;
  onDismiss: (id: string) => void;
  onDismissFinished: () => void;
  /** The list is gone, and the focus was in it. */
  onFocusLost: () => void;
}

const HTML = `
  <div class="section-head">
    <h2 id="upload-list-heading" tabindex="-1">Uploads</h2>
    <p class="section-note"></p>
    <button type="button" class="button button-quiet">Clear finished</button>
  </div>
  <ul class="card" role="list"></ul>`;

/** The files on their way; nothing at all while there are none. */
export function mountUploadList(
  element: HTMLElement,
  options: UploadListOptions,
): (uploads: readonly Upload[]) => void {
  element.innerHTML = HTML;
  element.className = "section";
  const heading = elementIn(element, "h2", HTMLElement);
  const summary = elementIn(element, ".section-note", HTMLElement);
  const clear = elementIn(element, "button", HTMLButtonElement);
  clear.addEventListener("click", options.onDismissFinished);
  const drawRows = keyedRows<Upload>(elementIn(element, "ul", HTMLElement), {
    tagName: "li",
    keyOf: ({ id }) => id,
    mountRow: (row, id) =>
      mountUploadRow(row, {
        onPause: () => options.onPause(id),
        onResume: () => options.onResume(id),
        onCancel: () => options.onCancel(id),
        onRetry: () => options.onRetry(id),
        onDismiss: () => options.onDismiss(id),
      }),
    onFocusLost: keepFocus,
  });

  function keepFocus() {
    if (element.hidden) options.onFocusLost();
    else heading.focus();
  }

  return (uploads) => {
    const clearing = document.activeElement === clear;
    element.hidden = uploads.length === 0;
    summary.textContent = summarizeUploads(uploads);
    clear.hidden = !uploads.some(isFinished);
    drawRows(uploads);
    if (clearing && clear.hidden) keepFocus();
  };
}
