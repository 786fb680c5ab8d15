const DRAG_IS_OVER_MS = 1000; // `dragover` comes at least every 550 ms while something is held over the page

/**
 * Files dragged over the page, anywhere. The browser's own answer to a drop would be to open the file
 * in the page's place.
 *
 * @param options.target - the window
 */
export function watchDrops(options: {
  target: Window;
  onDragging: (dragging: boolean) => void;
  onDrop: (dropped: DataTransfer) => Promise<void>;
}): void {
  const { target, onDragging, onDrop } = options;
  let timer: number | undefined;

  function dragging() {
    onDragging(true);
    clearTimeout(timer);
    // Not every way out of a drag is reported, as when the element below the pointer goes away.
    timer = setTimeout(ended, DRAG_IS_OVER_MS);
  }

  function ended() {
    clearTimeout(timer);
    onDragging(false);
  }

  target.addEventListener("dragenter", (event) => {
    if (carriesFiles(event)) dragging();
  });
  target.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    dragging();
  });
  target.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) ended(); // to outside the page
  });
  target.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    ended();
    void onDrop(event.dataTransfer);
  });
}

function carriesFiles(event: DragEvent): event is DragEvent & { dataTransfer: DataTransfer } {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
