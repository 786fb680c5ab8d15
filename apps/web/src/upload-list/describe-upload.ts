import type { Progress } from "@waybill/client/browser";
import type { Checksum } from "@waybill/core";
import { formatBytes } from "../format/format-bytes.ts";
import { formatFraction, fractionOf } from "../format/format-fraction.ts";
import { formatSeconds } from "../format/format-seconds.ts";
import type { Obstacle, Upload, Way } from "../state/upload-queue.ts";

/** Everything that a row shows. */
export interface UploadView {
  /** One or two words, such as `Stored`. */
  stateText: string;
  /** The line below the name, in pieces that may wrap between each other. */
  details: string[];
  /** The way that its bytes take; undefined: none yet. */
  way: Way | undefined;
  /** Undefined: there is no bar to show. */
  bar: { fraction: number; percent: string; spoken: string } | undefined;
  /** What proves it, and in words what that is. */
  checksum: { algorithm: string; value: string; meaning: string } | undefined;
  /** Why it failed, in a sentence. */
  problem: string | undefined;
  canPause: boolean;
  canResume: boolean;
  canCancel: boolean;
  canRetry: boolean;
  canDismiss: boolean;
}

/** What to show of an upload, in words and numbers. */
export function describeUpload({ file, status, way }: Upload): UploadView {
  const underWay = { canCancel: true, canDismiss: false };
  const size = formatBytes(file.size);
  const view: UploadView = {
    stateText: "",
    details: [size],
    way,
    bar: undefined,
    checksum: undefined,
    problem: undefined,
    canPause: false,
    canResume: false,
    canCancel: false,
    canRetry: false,
    canDismiss: true,
  };
  switch (status.state) {
    case "waiting":
      return { ...view, ...describeHeld("Waiting", status.progress, size), ...underWay };
    case "paused":
      return { ...view, ...describeHeld("Paused", status.progress, size), ...underWay, canResume: true };
    case "running":
      return { ...view, ...describeRunning(status, size), ...underWay, canPause: true };
    case "stored":
      return { ...view, stateText: "Stored", checksum: describeChecksum(status.checksum) };
    case "failed":
      return { ...view, stateText: "Failed", problem: status.message, canRetry: true };
    case "cancelled":
      return { ...view, stateText: "Cancelled", canRetry: true };
  }
}

function describeChecksum({ algorithm, value }: Checksum): UploadView["checksum"] {
  const [, partCount] = /-(\d+)$/.exec(value) ?? [];
  const of = partCount === undefined ? "the whole file" : `the ${algorithm}s of its ${partCount} parts`;
  return { algorithm, value, meaning: `${algorithm} of ${of}, as the store reports it` };
}

const OBSTACLES: Record<Obstacle, string> = {
  network: "for the network",
  store: "for the store",
  turn: "for its turn: only so many requests a minute are allowed",
};

/** One of which nothing is on its way: what counts is what has arrived. */
function describeHeld(stateText: string, progress: Progress | undefined, size: string) {
  if (progress === undefined) return { stateText, details: [size] };
  const { acknowledgedBytes, totalBytes } = progress;
  const fraction = fractionOf({ transferredBytes: acknowledgedBytes, totalBytes });
  const percent = formatFraction(fraction);
  const arrived = `${formatBytes(acknowledgedBytes)} of ${size}`;
  const spoken = `${stateText}, ${percent}, ${arrived}`;
  return { stateText, details: [arrived], bar: { fraction, percent, spoken } };
}

function describeRunning(
  { progress, obstacle }: { progress: Progress | undefined; obstacle?: Obstacle | undefined },
  size: string,
) {
  if (obstacle !== undefined) {
    const held = describeHeld("Waiting", progress, size);
    return { ...held, details: [...held.details, OBSTACLES[obstacle]] };
  }
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
