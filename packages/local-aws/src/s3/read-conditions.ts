import { eTagsMatch } from "./e-tag.ts";
import type { StoredObject } from "./object-store/object-table.ts";
import { S3Error } from "./s3-error.ts";

/**
 * Evaluate the conditional headers of GET and HEAD in the order of RFC 9110, section 13.2.2.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @returns whether the client's copy is still good (304)
 * @throws {S3Error} `PreconditionFailed`
 */
export function isNotModified(
  headers: ReadonlyMap<string, string>,
  object: Pick<StoredObject, "eTag" | "lastModified">,
): boolean {
  const ifMatch = headers.get("if-match");
  if (ifMatch !== undefined) {
    if (!listMatches(ifMatch, object.eTag)) throw failed("If-Match");
  } else if (isBefore(parseDate(headers.get("if-unmodified-since")), object.lastModified)) {
    throw failed("If-Unmodified-Since");
  }
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== undefined) return listMatches(ifNoneMatch, object.eTag);
  const since = parseDate(headers.get("if-modified-since"));
  return since !== undefined && !isBefore(since, object.lastModified);
}

/**
 * The same conditions on the source of a copy, where each that does not hold is a refusal.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 *
 * @throws {S3Error} `PreconditionFailed`
 */
export function checkCopyConditions(
  headers: ReadonlyMap<string, string>,
  source: Pick<StoredObject, "eTag" | "lastModified">,
): void {
  const ofSource = [...headers]
    .filter(([name]) => name.startsWith(COPY_PREFIX))
    .map(([name, value]): [string, string] => [name.slice(COPY_PREFIX.length), value]);
  if (!isNotModified(new Map(ofSource), source)) return;
  throw failed(`${COPY_PREFIX}if-none-match or ${COPY_PREFIX}if-modified-since`);
}

const COPY_PREFIX = "x-amz-copy-source-";

/** Whether a Range still speaks of the object that the client knows (`If-Range`). */
export function isRangeCurrent(
  headers: ReadonlyMap<string, string>,
  object: Pick<StoredObject, "eTag" | "lastModified">,
): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === undefined) return true;
  const date = parseDate(ifRange);
  return date === undefined
    ? eTagsMatch(ifRange, object.eTag)
    : date.getTime() === object.lastModified.getTime();
}

function listMatches(list: string, eTag: string): boolean {
  return list.trim() === "*" || list.split(",").some((candidate) => eTagsMatch(candidate, eTag));
}

/** Only HTTP dates count; an ETag of digits must not be taken for one. */
function parseDate(text: string | undefined): Date | undefined {
  if (text === undefined || !/^[A-Z][a-z]{2}, .* GMT$/.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function isBefore(date: Date | undefined, other: Date): boolean {
  return date !== undefined && date < other;
}

function failed(condition: string): S3Error {
  return new S3Error("PreconditionFailed", { details: { Condition: condition } });
}
