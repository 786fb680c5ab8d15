import { elementIn } from "../dom/element-in.ts";
import { takePicks } from "../drop-zone/pick-files.ts";
import { CROSS_ICON, FILE_ICON, RESUME_ICON } from "../page/icons.ts";
import type { Unfinished } from "../state/unfinished-uploads.ts";
import type { PickedFile } from "../state/upload-queue.ts";
import { describeUnfinished } from "./describe-unfinished.ts";
import "./unfinished-row.css";

export interface UnfinishedRowOptions {
  onResume: () => void;
  onChosen: (picked: PickedFile) => void;
  onGiveUp: () => void;
}

const HTML = `
  <span class="unfinished-name file-name" dir="auto"></span>
  <p class="unfinished-details"></p>
  <p class="unfinished-problem" role="alert"></p>
  <div class="unfinished-actions">
    <button type="button" class="button button-quiet button-iconic unfinished-resume">
      ${RESUME_ICON}<span class="button-word">Resume</span>
    </button>
    <label class="button button-quiet button-iconic unfinished-choose">
      ${FILE_ICON}<span class="button-word">Choose the file again</span>
      <input type="file" class="visually-hidden" data-testid="file-again-input" />
    </label>
    <button type="button" class="button button-quiet button-iconic unfinished-give-up">
      ${CROSS_ICON}<span class="button-word">Give up</span>
    </button>
  </div>`;

/** One upload that an earlier visit left. */
export function mountUnfinishedRow(
  element: HTMLElement,
  options: UnfinishedRowOptions,
): (upload: Unfinished) => void {
  element.className = "unfinished-row";
  element.dataset["testid"] = "unfinished-row";
  element.innerHTML = HTML;
  const textIn = (selector: string) => elementIn(element, selector, HTMLElement);
  const [name, details] = [textIn(".unfinished-name"), textIn(".unfinished-details")];
  const [problem, choose] = [textIn(".unfinished-problem"), textIn(".unfinished-choose")];
  const input = elementIn(element, "input", HTMLInputElement);
  const resume = elementIn(element, ".unfinished-resume", HTMLButtonElement);
  const giveUp = elementIn(element, ".unfinished-give-up", HTMLButtonElement);
  takePicks(input, ([picked]) => {
    if (picked !== undefined) options.onChosen(picked);
  });
  // Not `disabled`, which would take the focus away.
  const unlessBusy = (act: () => void) => () => {
    if (resume.getAttribute("aria-disabled") !== "true") act();
  };
  resume.addEventListener("click", unlessBusy(options.onResume));
  giveUp.addEventListener("click", unlessBusy(options.onGiveUp));

  return (upload) => {
    const view = describeUnfinished(upload);
    const { fileName } = upload.entry.source;
    name.textContent = fileName;
    name.title = fileName;
    details.textContent = view.details;
    problem.hidden = view.problem === undefined;
    problem.textContent = view.problem ?? "";
    resume.hidden = !view.canResume;
    resume.setAttribute("aria-label", `Resume ${fileName}`);
    choose.hidden = !view.canChoose;
    input.setAttribute("aria-label", `Choose ${fileName} again`);
    giveUp.setAttribute("aria-label", `Give up ${fileName}`);
    for (const button of [resume, giveUp]) button.setAttribute("aria-disabled", String(view.isBusy));
  };
}
