import type { Progress } from "@waybill/client/browser";
import { formatBytes } from "../format/format-bytes.ts";
import { formatFraction, fractionOf } from "../format/format-fraction.ts";
import { formatSeconds } from "../format/format-seconds.ts";
import type { Upload } from "../state/upload-queue.ts";

/** Everything that a row shows. */
export interface UploadView {
  /** One or two words, such as `Stored`. */
  stateText: string;
  /** The line below the name, in pieces that may wrap between each other. */
  details: string[];
  /** Undefined: there is no bar to show. */
  bar: { fraction: number; percent: string; spoken: string } | undefined;
  checksum: string | undefined;
  /** Why it failed, in a sentence. */
  problem: string | undefined;
  canCancel: boolean;
  canRetry: boolean;
  canDismiss: boolean;
}

/** What to show of an upload, in words and numbers. */
export function describeUpload({ file, status }: Upload): UploadView {
  const size = formatBytes(file.size);
  const view: UploadView = {
    stateText: "",
    details: [size],
    bar: undefined,
    checksum: undefined,
    problem: undefined,
    canCancel: false,
    canRetry: false,
    canDismiss: true,
  };
  switch (status.state) {
    case "waiting":
      return { ...view, stateText: "Waiting", canCancel: true, canDismiss: false };
    case "running":
      return { ...view, ...describeRunning(status.progress, size), canCancel: true, canDismiss: false };
    case "stored":
      return { ...view, stateText: "Stored", checksum: status.checksum };
    case "failed":
      return { ...view, stateText: "Failed", problem: status.message, canRetry: true };
    case "cancelled":
      return { ...view, stateText: "Cancelled", canRetry: true };
  }
}

function describeRunning(progress: Progress | undefined, size: string) {
  if (progress === undefined) {
    const bar = { fraction: 0, percent: formatFraction(0), spoken: "Preparing" };
    return { stateText: "Preparing", details: [size], bar };
  }
  const { transferredBytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
  const fraction = fractionOf(progress);
  const percent = formatFraction(fraction);
  const transferred = `${formatBytes(transferredBytes)} of ${formatBytes(totalBytes)}`;
  // All bytes have left; the store's checksum is still to be compared.
  if (transferredBytes === totalBytes) {
    return { stateText: "Checking", details: [transferred], bar: { fraction, percent, spoken: "Checking" } };
  }
  const details = [transferred];
  if (bytesPerSecond > 0) details.push(`${formatBytes(bytesPerSecond)}/s`);
  if (bytesPerSecond > 0 && secondsLeft !== undefined) details.push(`${formatSeconds(secondsLeft)} left`);
  return { stateText: "Sending", details, bar: { fraction, percent, spoken: `${percent}, ${transferred}` } };
}
