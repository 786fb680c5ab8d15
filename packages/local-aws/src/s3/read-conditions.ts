import { eTagsMatch } from "./e-tag.ts";
import type { StoredObject } from "./object-store/object-version.ts";
import { S3Error } from "./s3-error.ts";

type Validators = Pick<StoredObject, "eTag" | "lastModified">;

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
  options: { object: Validators; now: Date },
): boolean {
  const condition = findUnmet(headers, options);
  if (condition === "If-Match" || condition === "If-Unmodified-Since") throw failed(condition);
  return condition !== undefined;
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
  options: { object: Validators; now: Date },
): void {
  const ofSource = [...headers]
    .filter(([name]) => name.startsWith(COPY_PREFIX))
    .map(([name, value]): [string, string] => [name.slice(COPY_PREFIX.length), value]);
  const condition = findUnmet(new Map(ofSource), options);
  if (condition !== undefined) throw failed(`${COPY_PREFIX}${condition}`);
}

const COPY_PREFIX = "x-amz-copy-source-";

/** Whether a Range still speaks of the object that the client knows (`If-Range`). */
export function isRangeCurrent(headers: ReadonlyMap<string, string>, object: Validators): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === undefined) return true;
  const date = parseDate(ifRange);
  return date === undefined
    ? eTagsMatch(ifRange, object.eTag)
    : date.getTime() === object.lastModified.getTime();
}

/** The first condition that does not hold. One on the ETag makes that on the date beside it void. */
function findUnmet(
  headers: ReadonlyMap<string, string>,
  { object, now }: { object: Validators; now: Date },
): "If-Match" | "If-Unmodified-Since" | "If-None-Match" | "If-Modified-Since" | undefined {
  const ifMatch = headers.get("if-match");
  if (ifMatch !== undefined) {
    if (!listMatches(ifMatch, object.eTag)) return "If-Match";
  } else if (isBefore(parseDate(headers.get("if-unmodified-since")), object.lastModified)) {
    return "If-Unmodified-Since";
  }
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== undefined) {
    return listMatches(ifNoneMatch, object.eTag) ? "If-None-Match" : undefined;
  }
  const since = parseDate(headers.get("if-modified-since"));
  const isHeld = since === undefined || since > now || isBefore(since, object.lastModified); // S3 ignores the future
  return isHeld ? undefined : "If-Modified-Since";
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
