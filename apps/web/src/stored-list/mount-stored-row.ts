import type { ListedObject } from "@waybill/core";
import { elementIn } from "../dom/element-in.ts";
import { whenSeen } from "../dom/when-seen.ts";
import type { PreviewOf } from "../effects/open-previews.ts";
import { formatBytes } from "../format/format-bytes.ts";
import { formatDate } from "../format/format-date.ts";
import { DELETE_ICON, DOWNLOAD_ICON, FILE_ICON, LINK_ICON } from "../page/icons.ts";
import type { RowStatus } from "../state/stored-files.ts";
import "./stored-row.css";

export interface StoredRow {
  object: ListedObject;
  status: RowStatus | undefined;
}

// The roles are those that a table has anyway, until CSS lays its rows out as a grid.
const HTML = `
  <td class="stored-name" role="cell">
    <div class="stored-file">
      <span class="stored-preview">${FILE_ICON}<img alt="" hidden /></span>
      <div class="stored-words">
        <span class="file-name" dir="auto"></span>
        <p class="stored-way"></p>
        <p class="stored-problem" role="alert"></p>
      </div>
    </div>
  </td>
  <td class="stored-size" role="cell"></td>
  <td class="stored-date" role="cell"><time></time></td>
  <td class="stored-actions" role="cell">
    <button type="button" class="button button-quiet button-iconic stored-download">
      ${DOWNLOAD_ICON}<span class="button-word">Download</span>
    </button>
    <button type="button" class="button button-quiet button-iconic stored-share">
      ${LINK_ICON}<span class="button-word">Share</span>
    </button>
    <button type="button" class="button button-quiet button-iconic stored-delete">
      ${DELETE_ICON}<span class="button-word">Delete</span>
    </button>
  </td>`;

/** One file in the store. */
export function mountStoredRow(
  element: HTMLElement,
  options: { onDownload: () => void; onShare: () => void; onDelete: () => void; previewOf: PreviewOf },
): (row: StoredRow) => void {
  element.className = "stored-row";
  element.setAttribute("role", "row");
  element.dataset["testid"] = "stored-row";
  element.innerHTML = HTML;
  const name = elementIn(element, ".file-name", HTMLElement);
  const problem = elementIn(element, ".stored-problem", HTMLElement);
  const way = elementIn(element, ".stored-way", HTMLElement);
  const size = elementIn(element, ".stored-size", HTMLElement);
  const time = elementIn(element, "time", HTMLTimeElement);
  const download = elementIn(element, ".stored-download", HTMLButtonElement);
  const share = elementIn(element, ".stored-share", HTMLButtonElement);
  const remove = elementIn(element, ".stored-delete", HTMLButtonElement);
  const preview = elementIn(element, "img", HTMLImageElement);
  let busy = false;
  let drawn: ListedObject | undefined;
  whenSeen(element, () => void (drawn && showPreview(drawn)));
  preview.addEventListener("load", () => (preview.hidden = false));
  download.addEventListener("click", () => busy || options.onDownload());
  share.addEventListener("click", () => busy || options.onShare());
  remove.addEventListener("click", () => busy || options.onDelete());

  /** Where none comes, the icon stays. */
  async function showPreview(object: ListedObject): Promise<void> {
    const url = await options.previewOf(object);
    if (url !== undefined) preview.src = url;
  }

  return ({ object, status }) => {
    drawn = object;
    element.dataset["key"] = object.key;
    element.classList.toggle("stored-row-leaving", status?.state === "deleting");
    name.textContent = object.fileName;
    name.title = object.fileName;
    size.textContent = formatBytes(object.sizeBytes);
    time.dateTime = object.lastModified;
    time.textContent = formatDate(new Date(object.lastModified));
    const taken = status?.state === "handed-over" ? status.way : undefined;
    way.hidden = taken === undefined;
    way.textContent = taken === undefined ? "" : `Handed to the browser, by ${taken.route}`;
    way.title = taken?.reason ?? "";
    problem.hidden = status?.state !== "failed";
    problem.textContent = status?.state === "failed" ? status.message : "";
    download.setAttribute("aria-label", `Download ${object.fileName}`);
    share.setAttribute("aria-label", `Share ${object.fileName}`);
    remove.setAttribute("aria-label", `Delete ${object.fileName}`);
    // Not `disabled`, which would throw the focus away.
    busy = status?.state === "deleting" || status?.state === "preparing-download";
    for (const button of [download, share, remove]) button.setAttribute("aria-disabled", String(busy));
  };
}
