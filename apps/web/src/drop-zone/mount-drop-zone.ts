import { elementIn } from "../dom/element-in.ts";
import type { PickedFile } from "../state/upload-queue.ts";
import { droppedFiles } from "./dropped-files.ts";
import { folderNotice } from "./folder-notice.ts";
import { takePicks } from "./pick-files.ts";
import { watchDrops } from "./watch-drops.ts";
import "./drop-zone.css";

const HTML = `
  <div class="drop-zone">
    <svg class="drop-zone-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M12 15.5V4.5m0 0L7.5 9M12 4.5 16.5 9M4.5 15v2.5a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V15" />
    </svg>
    <p class="drop-zone-text">Drop files anywhere on this page</p>
    <label class="button button-primary drop-zone-pick">
      Choose files
      <input type="file" class="visually-hidden" multiple data-testid="file-input" />
    </label>
  </div>
  <div class="notice drop-zone-notice" role="alert" hidden>
    <p class="drop-zone-notice-text"></p>
    <button type="button" class="button button-quiet">Dismiss</button>
  </div>
  <div class="drop-veil" aria-hidden="true"><p class="drop-veil-text">Drop to send</p></div>`;

/** Takes files that are dropped or picked. The returned function draws the notice about folders. */
export function mountDropZone(
  element: HTMLElement,
  options: {
    onFiles: (files: PickedFile[]) => void;
    /** Folders were dropped, or what was said about them is read: undefined. */
    onNotice: (notice: string | undefined) => void;
  },
): (notice: string | undefined) => void {
  const { onFiles, onNotice } = options;
  element.innerHTML = HTML;
  const veil = elementIn(element, ".drop-veil", HTMLElement);
  const notice = elementIn(element, ".drop-zone-notice", HTMLElement);
  const noticeText = elementIn(element, ".drop-zone-notice-text", HTMLElement);
  const input = elementIn(element, "input", HTMLInputElement);

  takePicks(input, onFiles);
  elementIn(notice, "button", HTMLButtonElement).addEventListener("click", () => {
    onNotice(undefined);
    input.focus();
  });
  watchDrops({
    target: window,
    onDragging: (dragging) => veil.classList.toggle("drop-veil-shown", dragging),
    onDrop: (dropped) => void take(dropped),
  });

  async function take(dropped: DataTransfer): Promise<void> {
    const { files, folderNames } = await droppedFiles(dropped);
    onNotice(folderNotice(folderNames));
    onFiles(files);
  }

  return (text) => {
    notice.hidden = text === undefined;
    noticeText.textContent = text ?? "";
  };
}
