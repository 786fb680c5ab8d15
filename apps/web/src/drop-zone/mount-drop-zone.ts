import { elementIn } from "../dom/element-in.ts";
import type { PickedFile } from "../state/upload-queue.ts";
import { droppedFiles } from "./dropped-files.ts";
import type { FoundFolder } from "./found-folder.ts";
import { takeFolderPicks, takePicks } from "./pick-files.ts";
import { placeFolders } from "./place-folders.ts";
import { watchDrops } from "./watch-drops.ts";
import "./drop-zone.css";

const HTML = `
  <div class="drop-zone">
    <svg class="drop-zone-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M12 15.5V4.5m0 0L7.5 9M12 4.5 16.5 9M4.5 15v2.5a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V15" />
    </svg>
    <p class="drop-zone-text">Drop files or folders anywhere on this page</p>
    <div class="drop-zone-picks">
      <label class="button button-primary drop-zone-pick">
        Choose files
        <input type="file" class="visually-hidden" multiple data-testid="file-input" />
      </label>
      <label class="button button-quiet drop-zone-pick">
        Choose a folder
        <input type="file" class="visually-hidden" webkitdirectory data-testid="folder-input" />
      </label>
    </div>
  </div>
  <div class="notice drop-zone-notice" role="alert" hidden>
    <p class="drop-zone-notice-text"></p>
    <button type="button" class="button button-quiet">Dismiss</button>
  </div>
  <div class="drop-veil" aria-hidden="true"><p class="drop-veil-text">Drop to send</p></div>`;

/** Takes files and folders that are dropped or picked. The returned function draws the notice about folders. */
export function mountDropZone(
  element: HTMLElement,
  options: {
    onFiles: (files: PickedFile[]) => void;
    /** What of folders did not become uploads; undefined when all did, or when that is read. */
    onNotice: (notice: string | undefined) => void;
  },
): (notice: string | undefined) => void {
  const { onFiles, onNotice } = options;
  element.innerHTML = HTML;
  const veil = elementIn(element, ".drop-veil", HTMLElement);
  const notice = elementIn(element, ".drop-zone-notice", HTMLElement);
  const noticeText = elementIn(element, ".drop-zone-notice-text", HTMLElement);
  const input = elementIn(element, "input", HTMLInputElement);
  const folderInput = elementIn(element, "input[webkitdirectory]", HTMLInputElement);

  takePicks(input, onFiles);
  takeFolderPicks(folderInput, (folders) => take([], folders));
  elementIn(notice, "button", HTMLButtonElement).addEventListener("click", () => {
    onNotice(undefined);
    input.focus();
  });
  watchDrops({
    target: window,
    onDragging: (dragging) => veil.classList.toggle("drop-veil-shown", dragging),
    onDrop: async (dropped) => {
      const { files, folders } = await droppedFiles(dropped);
      take(files, folders);
    },
  });

  function take(alone: readonly PickedFile[], folders: readonly FoundFolder[]): void {
    const { files, notice: left } = placeFolders(folders);
    onNotice(left);
    onFiles([...alone, ...files]);
  }

  return (text) => {
    notice.hidden = text === undefined;
    noticeText.textContent = text ?? "";
  };
}
