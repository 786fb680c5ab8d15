import { S3Error } from "./s3-error.ts";

/** Bytes of an object; `end` is exclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Read a `Range` header: `bytes=a-b`, `bytes=a-` or `bytes=-n`.
 *
 * Source: RFC 9110, section 14; https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @returns `undefined` for text that is no byte range, which HTTP ignores, and for several ranges, which S3
 *   does: it sends the whole object
 * @throws {S3Error} `InvalidRange` when no byte of the object is meant
 */
export function parseRange(header: string, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [, first = "", last = ""] = match ?? [];
  if (match === null || (first === "" && last === "")) return undefined;
  const range = toByteRange(first, last, sizeBytes);
  if (range === undefined) return undefined;
  if (range.start >= range.end) {
    throw new S3Error("InvalidRange", {
      details: { RangeRequested: header, ActualObjectSize: String(sizeBytes) },
      headers: { "content-range": `bytes */${sizeBytes}` },
    });
  }
  return range;
}

function toByteRange(first: string, last: string, sizeBytes: number): ByteRange | undefined {
  if (first === "") return { start: Math.max(sizeBytes - Number(last), 0), end: sizeBytes };
  const start = Number(first);
  if (last === "") return { start, end: sizeBytes };
  if (Number(last) < start) return undefined;
  return { start, end: Math.min(Number(last) + 1, sizeBytes) };
}
