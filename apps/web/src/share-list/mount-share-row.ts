import type { Share } from "@waybill/core";
import { elementIn } from "../dom/element-in.ts";
import { formatDate } from "../format/format-date.ts";
import { CROSS_ICON } from "../page/icons.ts";
import type { Shares } from "../state/shares.ts";
import { describeShare } from "./describe-share.ts";
import "./share-row.css";

export interface ShareRow {
  share: Share;
  status: ReturnType<Shares["rows"]["get"]>;
}

const HTML = `
  <span class="share-name file-name" dir="auto"></span>
  <p class="share-details"></p>
  <p class="share-problem" role="alert"></p>
  <button type="button" class="button button-quiet button-iconic share-revoke">
    ${CROSS_ICON}<span class="button-word">End link</span>
  </button>`;

/** One link that somebody has made. */
export function mountShareRow(
  element: HTMLElement,
  { onRevoke }: { onRevoke: () => void },
): (row: ShareRow) => void {
  element.className = "share-row";
  element.dataset["testid"] = "share-row";
  element.innerHTML = HTML;
  const textIn = (selector: string) => elementIn(element, selector, HTMLElement);
  const [name, details, problem] = [
    textIn(".share-name"),
    textIn(".share-details"),
    textIn(".share-problem"),
  ];
  const revoke = elementIn(element, ".share-revoke", HTMLButtonElement);
  let busy = false;
  revoke.addEventListener("click", () => busy || onRevoke());

  return ({ share, status }) => {
    name.textContent = share.fileName;
    name.title = share.fileName;
    details.textContent = describeShare(share, (date) => formatDate(date));
    element.classList.toggle("share-row-ended", share.state !== "open");
    problem.hidden = status?.state !== "failed";
    problem.textContent = status?.state === "failed" ? status.message : "";
    revoke.setAttribute("aria-label", `End the link to ${share.fileName}, ${details.textContent}`);
    busy = status?.state === "revoking"; // not `disabled`, which would throw the focus away
    revoke.setAttribute("aria-disabled", String(busy));
  };
}
