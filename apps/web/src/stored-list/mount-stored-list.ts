import { elementIn } from "../dom/element-in.ts";
import { keyedRows } from "../dom/keyed-rows.ts";
import type { PreviewOf } from "../effects/open-previews.ts";
import { newestFirst, type StoredFiles } from "../state/stored-files.ts";
import { describeListing } from "./describe-listing.ts";
import { mountStoredRow, type StoredRow } from "./mount-stored-row.ts";
import "./stored-list.css";

export interface StoredListOptions {
  onDownload: (key: string) => void;
  onShare: (key: string) => void;
  onDelete: (key: string) => void;
  onMore: () => void;
  onRetry: () => void;
  previewOf: PreviewOf;
}

const HTML = `
  <div class="section-head">
    <h2 id="stored-list-heading" tabindex="-1">Stored files</h2>
    <p class="section-note"></p>
  </div>
  <div class="notice stored-error" role="alert" hidden>
    <p class="stored-error-text"></p>
    <button type="button" class="button stored-retry">Try again</button>
  </div>
  <div class="card stored-card">
    <p class="stored-placeholder"></p>
    <table class="stored-table" role="table" aria-labelledby="stored-list-heading">
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">Name</th>
          <th scope="col" role="columnheader" class="stored-size">Size</th>
          <th scope="col" role="columnheader">Stored</th>
          <th scope="col" role="columnheader"><span class="visually-hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody role="rowgroup"></tbody>
    </table>
  </div>
  <p class="stored-more"><button type="button" class="button">Load more</button></p>`;

/** The files in the store, newest first. */
export function mountStoredList(
  element: HTMLElement,
  options: StoredListOptions,
): (files: StoredFiles) => void {
  element.innerHTML = HTML;
  element.className = "section";
  const heading = elementIn(element, "h2", HTMLElement);
  const note = elementIn(element, ".section-note", HTMLElement);
  const card = elementIn(element, ".stored-card", HTMLElement);
  const placeholder = elementIn(element, ".stored-placeholder", HTMLElement);
  const table = elementIn(element, "table", HTMLTableElement);
  const error = elementIn(element, ".stored-error", HTMLElement);
  const errorText = elementIn(element, ".stored-error-text", HTMLElement);
  const more = elementIn(element, ".stored-more", HTMLElement);
  const moreButton = elementIn(more, "button", HTMLButtonElement);
  moreButton.addEventListener("click", options.onMore);
  elementIn(element, ".stored-retry", HTMLButtonElement).addEventListener("click", options.onRetry);
  const drawRows = keyedRows<StoredRow>(elementIn(element, "tbody", HTMLElement), {
    tagName: "tr",
    keyOf: ({ object }) => object.key,
    mountRow: (row, key) =>
      mountStoredRow(row, {
        onDownload: () => options.onDownload(key),
        onShare: () => options.onShare(key),
        onDelete: () => options.onDelete(key),
        previewOf: options.previewOf,
      }),
    onFocusLost: () => heading.focus(),
  });

  return (files) => {
    const objects = newestFirst(files);
    const view = describeListing(files, objects.length);
    note.textContent = view.note;
    card.hidden = objects.length === 0 && view.placeholder === undefined;
    placeholder.hidden = view.placeholder === undefined;
    placeholder.textContent = view.placeholder ?? "";
    table.hidden = objects.length === 0;
    table.setAttribute("aria-busy", String(view.busy));
    error.hidden = view.error === undefined;
    errorText.textContent = view.error ?? "";
    more.hidden = !view.canLoadMore;
    moreButton.setAttribute("aria-disabled", String(view.busy));
    drawRows(objects.map((object) => ({ object, status: files.rows.get(object.key) })));
  };
}
