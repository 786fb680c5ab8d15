import { elementIn } from "../dom/element-in.ts";
import { CROSS_ICON, PAUSE_ICON, RESUME_ICON, RETRY_ICON } from "../page/icons.ts";
import { nameOf, type Upload, type Way } from "../state/upload-queue.ts";
import { describeUpload } from "./describe-upload.ts";
import "./upload-row.css";

export interface UploadRowOptions {
  onPause: () => void;
  onResume: () => void;
  onCancel: () => void;
  onRetry: () => void;
  onDismiss: () => void;
}

const HTML = `
  <div class="upload-head">
    <span class="upload-name file-name" dir="auto"></span>
    <span class="upload-state"></span>
    <span class="upload-percent"></span>
  </div>
  <progress class="upload-bar" max="1"></progress>
  <div class="upload-foot">
    <p class="upload-details"></p>
    <p class="upload-checksum">
      <span class="visually-hidden">Checksum <span class="upload-algorithm"></span></span> <code></code>
    </p>
    <p class="upload-problem"></p>
  </div>
  <div class="upload-actions">
    <button type="button" class="button button-quiet button-iconic upload-pause">
      ${PAUSE_ICON}<span class="button-word">Pause</span>
    </button>
    <button type="button" class="button button-quiet button-iconic upload-resume">
      ${RESUME_ICON}<span class="button-word">Resume</span>
    </button>
    <button type="button" class="button button-quiet button-iconic upload-cancel">
      ${CROSS_ICON}<span class="button-word">Cancel</span>
    </button>
    <button type="button" class="button button-quiet button-iconic upload-retry">
      ${RETRY_ICON}<span class="button-word">Retry</span>
    </button>
    <button type="button" class="button button-quiet button-iconic upload-dismiss">
      ${CROSS_ICON}<span class="button-word">Dismiss</span>
    </button>
  </div>`;

/** One file on its way. */
export function mountUploadRow(element: HTMLElement, options: UploadRowOptions): (upload: Upload) => void {
  element.className = "upload-row";
  element.dataset["testid"] = "upload-row";
  element.innerHTML = HTML;
  const textIn = (selector: string) => elementIn(element, selector, HTMLElement);
  const buttonIn = (selector: string) => elementIn(element, selector, HTMLButtonElement);
  const [name, percent, state] = [textIn(".upload-name"), textIn(".upload-percent"), textIn(".upload-state")];
  const [details, problem] = [textIn(".upload-details"), textIn(".upload-problem")];
  const [checksum, code] = [textIn(".upload-checksum"), textIn("code")];
  const algorithm = textIn(".upload-algorithm");
  const bar = elementIn(element, "progress", HTMLProgressElement);
  const [pause, resume] = [buttonIn(".upload-pause"), buttonIn(".upload-resume")];
  const [cancel, retry, dismiss] = [
    buttonIn(".upload-cancel"),
    buttonIn(".upload-retry"),
    buttonIn(".upload-dismiss"),
  ];
  const buttons = [pause, resume, cancel, retry, dismiss];
  pause.addEventListener("click", options.onPause);
  resume.addEventListener("click", options.onResume);
  cancel.addEventListener("click", options.onCancel);
  retry.addEventListener("click", options.onRetry);
  dismiss.addEventListener("click", options.onDismiss);

  return (upload) => {
    const view = describeUpload(upload);
    const fileName = nameOf(upload);
    element.dataset["state"] = upload.status.state;
    name.textContent = fileName;
    name.title = fileName;
    state.textContent = view.stateText;
    percent.hidden = view.bar === undefined;
    percent.textContent = view.bar?.percent ?? "";
    bar.hidden = view.bar === undefined;
    bar.value = view.bar?.fraction ?? 0;
    bar.setAttribute("aria-label", `Upload of ${fileName}`);
    bar.setAttribute("aria-valuetext", view.bar?.spoken ?? "");
    details.replaceChildren(
      ...view.details.map(piece),
      ...(view.way === undefined ? [] : [wayPiece(view.way)]),
    );
    problem.hidden = view.problem === undefined;
    problem.textContent = view.problem ?? "";
    checksum.hidden = view.checksum === undefined;
    checksum.title = view.checksum?.meaning ?? "";
    algorithm.textContent = view.checksum?.algorithm ?? "";
    code.textContent = view.checksum?.value ?? "";

    const focused = buttons.find((button) => button === document.activeElement);
    show(pause, view.canPause, `Pause ${fileName}`);
    show(resume, view.canResume, `Resume ${fileName}`);
    show(cancel, view.canCancel, `Cancel ${fileName}`);
    show(retry, view.canRetry, `Retry ${fileName}`);
    show(dismiss, view.canDismiss, `Dismiss ${fileName}`);
    // The button that was pressed has just gone: whoever works with the keyboard stays in this row.
    if (focused?.hidden) buttons.find((button) => !button.hidden)?.focus();
  };
}

function wayPiece({ route, reason = "" }: Way): HTMLElement {
  const span = piece(`by ${route}`);
  const spoken = piece(` ${reason}`);
  spoken.className = "visually-hidden";
  span.title = reason;
  span.append(spoken);
  return span;
}

function piece(text: string): HTMLElement {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

function show(button: HTMLButtonElement, shown: boolean, label: string): void {
  button.hidden = !shown;
  button.setAttribute("aria-label", label);
}
