import { parseDuration } from "./parse-duration.ts";
import { UsageError } from "./usage-error.ts";

const MOST_SECONDS = 3650 * 86_400;
const MOST_DOWNLOADS = 1_000_000;

/** `never`, or a duration of at most ten years. @throws {UsageError} */
export function parseShareExpiry(text: string): number | "never" {
  return text === "never" ? text : parseDuration(text, MOST_SECONDS);
}

/** @throws {UsageError} */
export function parseDownloads(text: string): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_DOWNLOADS) return count;
  throw new UsageError(`${JSON.stringify(text)} is not a number of downloads, 1 to ${MOST_DOWNLOADS}.`);
}
