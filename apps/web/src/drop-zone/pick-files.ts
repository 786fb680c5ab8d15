import type { PickedFile } from "../state/upload-queue.ts";

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
  input.addEventListener("change", () => {
    tell([...(input.files ?? [])].map((file) => ({ file })));
    input.value = ""; // so that picking the same file again is a change
  });
  let isRefused = false;
  input.addEventListener("click", (event) => {
    if (isRefused || !("showOpenFilePicker" in window)) return;
    event.preventDefault();
    pickWithHandles(input.multiple).then(tell, (error: unknown) => {
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
