import { elementIn } from "../dom/element-in.ts";
import { keyedRows } from "../dom/keyed-rows.ts";
import type { Shares } from "../state/shares.ts";
import { mountShareRow, type ShareRow } from "./mount-share-row.ts";

export interface ShareListOptions {
  onRevoke: (id: string) => void;
  onRetry: () => void;
  /** The list is gone, and the focus was in it. */
  onFocusLost: () => void;
}

const HTML = `
  <div class="section-head">
    <h2 id="share-list-heading" tabindex="-1">Share links</h2>
  </div>
  <div class="notice" role="alert" hidden>
    <p></p>
    <button type="button" class="button">Try again</button>
  </div>
  <ul class="card" role="list"></ul>`;

/** The links that somebody has made; nothing at all while there are none. */
export function mountShareList(element: HTMLElement, options: ShareListOptions): (shares: Shares) => void {
  element.innerHTML = HTML;
  element.className = "section";
  const heading = elementIn(element, "h2", HTMLElement);
  const list = elementIn(element, "ul", HTMLElement);
  const notice = elementIn(element, ".notice", HTMLElement);
  const text = elementIn(notice, "p", HTMLElement);
  elementIn(notice, "button", HTMLButtonElement).addEventListener("click", options.onRetry);
  const drawRows = keyedRows<ShareRow>(list, {
    tagName: "li",
    keyOf: ({ share }) => share.id,
    mountRow: (row, id) => mountShareRow(row, { onRevoke: () => options.onRevoke(id) }),
    onFocusLost() {
      if (element.hidden) options.onFocusLost();
      else heading.focus();
    },
  });

  return ({ listed, rows, problem }) => {
    element.hidden = listed.length === 0 && problem === undefined;
    list.hidden = listed.length === 0;
    notice.hidden = problem === undefined;
    text.textContent = problem ?? "";
    drawRows(listed.map((share) => ({ share, status: rows.get(share.id) })));
  };
}
