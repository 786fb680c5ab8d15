import { formatFraction, fractionOf } from "../format/format-fraction.ts";
import { isFinished, progressOf, type UploadQueue } from "./upload-queue.ts";

/** The page's title, with the share that is done of all that is under way: visible from another tab. */
export function pageTitle({ uploads }: UploadQueue): string {
  const unfinished = uploads.filter((upload) => !isFinished(upload));
  if (unfinished.length === 0) return "Waybill";
  let transferredBytes = 0;
  let totalBytes = 0;
  for (const upload of unfinished) {
    totalBytes += upload.file.size;
    transferredBytes += progressOf(upload)?.transferredBytes ?? 0;
  }
  return totalBytes === 0
    ? "Waybill"
    : `${formatFraction(fractionOf({ transferredBytes, totalBytes }))} · Waybill`;
}
