import type { PickedFile } from "../state/upload-queue.ts";
import { foldersOfInput, walkHandle, type FoundFolder } from "./found-folder.ts";

/**
 * Have a file input open the picker that also gives handles, where the browser has one: a file that is
 * picked with it need not be picked again after a reload.
 *
 * @param onPicked - the input's own choice and the picker's; never with nothing
 */
export function takePicks(input: HTMLInputElement, onPicked: (picked: PickedFile[]) => void): void {
  const tell = (picked: PickedFile[]) => {
    if (picked.length > 0) onPicked(picked);
  };
  onChosen(input, (files) => tell(files.map((file) => ({ file }))));
  preferPicker(input, "showOpenFilePicker", async () => tell(await pickWithHandles(input.multiple)));
}

/** The same for an input with `webkitdirectory`. */
export function takeFolderPicks(input: HTMLInputElement, onPicked: (folders: FoundFolder[]) => void): void {
  onChosen(input, (files) => onPicked(foldersOfInput(files)));
  preferPicker(input, "showDirectoryPicker", async () =>
    onPicked([await walkHandle(await showDirectoryPicker())]),
  );
}

function onChosen(input: HTMLInputElement, take: (files: File[]) => void): void {
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = ""; // so that choosing the same again is a change
  });
}

function preferPicker(input: HTMLInputElement, name: string, pick: () => Promise<void>): void {
  let isRefused = false;
  input.addEventListener("click", (event) => {
    if (isRefused || !(name in window)) return;
    event.preventDefault();
    pick().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "AbortError") return; // closed without a choice
      isRefused = true; // to a page inside of another one, for instance
      input.click();
    });
  });
}

async function pickWithHandles(multiple: boolean): Promise<PickedFile[]> {
  const handles = await showOpenFilePicker({ multiple });
  return Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })));
}
