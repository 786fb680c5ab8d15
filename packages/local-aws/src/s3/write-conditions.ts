import { eTagsMatch } from "./e-tag.ts";
import type { ObjectStore } from "./object-store/object-store.ts";
import type { Address } from "./resolve-address.ts";
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
  if (ifNoneMatch !== undefined && ifMatch !== undefined) {
    throw notTaken("If-Match,If-None-Match", "Multiple conditional request headers present in the request");
  }
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") throw valueNotTaken("If-None-Match");
  if (ifMatch !== undefined && ifMatch.includes("*")) throw valueNotTaken("If-Match");
  return { mustBeAbsent: ifNoneMatch !== undefined, mustHaveETag: ifMatch };
}

/**
 * Hold the conditions against what a client sees at the address now: nothing, where the current version is a
 * delete marker.
 *
 * @throws {S3Error} `PreconditionFailed`, or `NoSuchKey` for If-Match on nothing
 */
export function checkWriteConditions(
  store: ObjectStore,
  { bucket, key }: Address,
  conditions: WriteConditions,
): void {
  if (!isConditional(conditions)) return;
  const existing = store.objects.find(bucket, key);
  if (conditions.mustBeAbsent && existing !== undefined) {
    throw new S3Error("PreconditionFailed", { details: { Condition: "If-None-Match" } });
  }
  if (conditions.mustHaveETag === undefined) return;
  if (existing === undefined) throw new S3Error("NoSuchKey", { details: { Key: key } });
  if (conditions.mustHaveETag === "*") return; // DeleteObject only: anything that is there
  if (!eTagsMatch(conditions.mustHaveETag, existing.eTag)) {
    throw new S3Error("PreconditionFailed", { details: { Condition: "If-Match" } });
  }
}

/**
 * A condition on CompleteMultipartUpload must have held since the upload began. Where it holds again, but the
 * key was written or deleted meanwhile, the client is to start over.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @throws {S3Error} `ConditionalRequestConflict`
 */
export function checkNotOvertaken(
  store: ObjectStore,
  upload: { uploadId: string; key: string },
  conditions: WriteConditions,
): void {
  if (!isConditional(conditions) || !store.uploads.isOvertaken(upload.uploadId)) return;
  const condition = conditions.mustBeAbsent ? "If-None-Match" : "If-Match";
  throw new S3Error("ConditionalRequestConflict", { details: { Condition: condition, Key: upload.key } });
}

function isConditional({ mustBeAbsent, mustHaveETag }: WriteConditions): boolean {
  return mustBeAbsent || mustHaveETag !== undefined;
}

function valueNotTaken(header: string): S3Error {
  return notTaken(header, `We don't accept the provided value of ${header} header for this API`);
}

function notTaken(header: string, additionalMessage: string): S3Error {
  return new S3Error("NotImplemented", { details: { Header: header, additionalMessage } });
}
