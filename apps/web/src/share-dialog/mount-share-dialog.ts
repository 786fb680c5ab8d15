import { elementIn } from "../dom/element-in.ts";
import type { ShareWishes } from "../effects/share-actions.ts";
import { formatDate } from "../format/format-date.ts";
import { describeShare } from "../share-list/describe-share.ts";
import type { Sharing } from "../state/shares.ts";
import { copyText } from "./copy-text.ts";
import { readWishes } from "./read-wishes.ts";
import "./share-dialog.css";

export interface ShareDialogOptions {
  onShare: (wishes: ShareWishes) => void;
  onClose: () => void;
}

const HTML = `
  <form method="dialog" class="dialog-form share-form">
    <h2 id="share-dialog-heading" class="dialog-heading">Share by a link</h2>
    <p class="dialog-name" dir="auto"></p>
    <div class="share-asking">
      <label for="share-expiry">Works for</label>
      <select id="share-expiry" name="expiry" class="field" autofocus>
        <option value="86400">1 day</option>
        <option value="604800">7 days</option>
        <option value="2592000" selected>30 days</option>
        <option value="31536000">1 year</option>
        <option value="never">As long as you do not end it</option>
      </select>
      <label for="share-password">Password <span class="field-hint">optional, at least 8 characters</span></label>
      <input id="share-password" name="password" type="password" class="field" minlength="8" maxlength="256" autocomplete="new-password" />
      <label for="share-downloads">Number of downloads <span class="field-hint">optional</span></label>
      <input id="share-downloads" name="downloads" type="number" class="field" min="1" max="1000000" step="1" inputmode="numeric" />
      <p class="share-dialog-problem" role="alert"></p>
      <div class="dialog-buttons">
        <button type="button" class="button share-cancel">Cancel</button>
        <button class="button button-primary share-make">Make link</button>
      </div>
    </div>
    <div class="share-made" hidden>
      <label for="share-url">Link</label>
      <div class="share-url-row">
        <input id="share-url" class="field" readonly data-testid="share-url" />
        <button type="button" class="button button-primary share-copy">Copy</button>
      </div>
      <p class="share-copied" role="status"></p>
      <p class="dialog-text share-limits"></p>
      <div class="dialog-buttons"><button type="button" class="button share-done">Done</button></div>
    </div>
  </form>`;

/** Asks what a link is to be like, and shows it once it is made; open while somebody shares. */
export function mountShareDialog(
  dialog: HTMLDialogElement,
  { onShare, onClose }: ShareDialogOptions,
): (sharing: Sharing | undefined) => void {
  dialog.innerHTML = HTML;
  dialog.className = "dialog";
  const textIn = (selector: string) => elementIn(dialog, selector, HTMLElement);
  const button = (selector: string) => elementIn(dialog, selector, HTMLButtonElement);
  const form = elementIn(dialog, "form", HTMLFormElement);
  const [asking, made] = [textIn(".share-asking"), textIn(".share-made")];
  const [name, problem] = [textIn(".dialog-name"), textIn(".share-dialog-problem")];
  const [copied, limits] = [textIn(".share-copied"), textIn(".share-limits")];
  const make = button(".share-make");
  const url = elementIn(dialog, "#share-url", HTMLInputElement);
  let busy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy && made.hidden) onShare(readWishes(new FormData(form)));
  });
  for (const selector of [".share-cancel", ".share-done"])
    button(selector).addEventListener("click", () => dialog.close());
  button(".share-copy").addEventListener("click", () => void copy());
  dialog.addEventListener("close", () => {
    form.reset(); // a password is not kept
    url.value = "";
    onClose();
  });

  async function copy(): Promise<void> {
    url.select();
    const done = await copyText(navigator.clipboard, url.value);
    copied.textContent = done ? "Copied." : "Press Ctrl-C or ⌘C to copy it.";
    if (!done) url.focus();
  }

  return (sharing) => {
    if (sharing === undefined) return dialog.close();
    const { fileName, step } = sharing;
    const wasMade = !made.hidden;
    name.textContent = fileName;
    asking.hidden = step.state === "made";
    made.hidden = step.state !== "made";
    problem.textContent = step.state === "asking" ? (step.problem ?? "") : "";
    busy = step.state === "making";
    make.setAttribute("aria-disabled", String(busy));
    make.textContent = busy ? "Making link …" : "Make link";
    if (step.state === "made" && !wasMade) {
      url.value = step.url;
      copied.textContent = "";
      limits.textContent = `It works ${describeShare(step.share, formatDate)}. It is shown only now.`;
      button(".share-copy").focus();
    }
    if (!dialog.open) dialog.showModal();
  };
}
