import { elementIn } from "../dom/element-in.ts";
import { keyedRows } from "../dom/keyed-rows.ts";
import type { Unfinished } from "../state/unfinished-uploads.ts";
import type { PickedFile } from "../state/upload-queue.ts";
import { mountUnfinishedRow } from "./mount-unfinished-row.ts";

export interface UnfinishedListOptions {
  onResume: (upload: Unfinished) => void;
  onChosen: (upload: Unfinished, picked: PickedFile) => void;
  onGiveUp: (upload: Unfinished) => void;
  /** The list is gone, and the focus was in it. */
  onFocusLost: () => void;
}

const HTML = `
  <div class="section-head">
    <h2 id="unfinished-list-heading" tabindex="-1">Unfinished uploads</h2>
  </div>
  <ul class="card" role="list"></ul>`;

/** Uploads that a reload, a crash or another day left; nothing at all while there are none. */
export function mountUnfinishedList(
  element: HTMLElement,
  options: UnfinishedListOptions,
): (uploads: readonly Unfinished[]) => void {
  element.innerHTML = HTML;
  element.className = "section";
  const heading = elementIn(element, "h2", HTMLElement);
  let drawn: readonly Unfinished[] = [];

  const drawRows = keyedRows<Unfinished>(elementIn(element, "ul", HTMLElement), {
    tagName: "li",
    keyOf: ({ entry }) => entry.name,
    mountRow(row, name) {
      const withUpload = (act: (upload: Unfinished) => void) => {
        const upload = drawn.find(({ entry }) => entry.name === name);
        if (upload !== undefined) act(upload);
      };
      return mountUnfinishedRow(row, {
        onResume: () => withUpload(options.onResume),
        onChosen: (picked) => withUpload((upload) => options.onChosen(upload, picked)),
        onGiveUp: () => withUpload(options.onGiveUp),
      });
    },
    onFocusLost() {
      if (element.hidden) options.onFocusLost();
      else heading.focus();
    },
  });

  return (uploads) => {
    drawn = uploads;
    element.hidden = uploads.length === 0;
    drawRows(uploads);
  };
}
