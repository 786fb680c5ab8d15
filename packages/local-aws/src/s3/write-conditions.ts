import { eTagsMatch } from "./e-tag.ts";
import type { StoredObject } from "./object-store/object-table.ts";
import { S3Error } from "./s3-error.ts";

/** `If-None-Match: *` (create only) and `If-Match` (replace only this one). */
export interface WriteConditions {
  mustBeAbsent: boolean;
  mustHaveETag: string | undefined;
}

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @throws {S3Error} `NotImplemented` for values that S3 does not take on a write
 */
export function parseWriteConditions(headers: ReadonlyMap<string, string>): WriteConditions {
  const ifNoneMatch = headers.get("if-none-match");
  const ifMatch = headers.get("if-match");
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") {
    throw new S3Error("NotImplemented", { details: { Header: "If-None-Match" } });
  }
  if (ifMatch !== undefined && ifMatch.includes("*")) {
    throw new S3Error("NotImplemented", { details: { Header: "If-Match" } });
  }
  return { mustBeAbsent: ifNoneMatch !== undefined, mustHaveETag: ifMatch };
}

/** @throws {S3Error} `PreconditionFailed`, or `NoSuchKey` for If-Match on nothing */
export function checkWriteConditions(conditions: WriteConditions, existing: StoredObject | undefined): void {
  if (conditions.mustBeAbsent && existing !== undefined) {
    throw new S3Error("PreconditionFailed", { details: { Condition: "If-None-Match" } });
  }
  if (conditions.mustHaveETag === undefined) return;
  if (existing === undefined) throw new S3Error("NoSuchKey");
  if (conditions.mustHaveETag === "*") return; // DeleteObject only: anything that is there
  if (!eTagsMatch(conditions.mustHaveETag, existing.eTag)) {
    throw new S3Error("PreconditionFailed", { details: { Condition: "If-Match" } });
  }
}
