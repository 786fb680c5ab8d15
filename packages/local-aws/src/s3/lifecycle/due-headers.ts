import type { ObjectStore } from "../object-store/object-store.ts";
import type { StoredObject } from "../object-store/object-version.ts";
import type { Upload } from "../object-store/upload-table.ts";
import { findDue } from "./due-date.ts";
import { readLifecycle } from "./lifecycle-configuration.ts";

/**
 * What CreateMultipartUpload and ListParts tell of an upload that a rule will abort.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export function abortHeaders(
  store: ObjectStore,
  { bucket, key, initiatedAt }: Pick<Upload, "bucket" | "key" | "initiatedAt">,
): Record<string, string> {
  const rules = readLifecycle(store, bucket)?.rules ?? [];
  const due = findDue(rules, "AbortIncompleteMultipartUpload", { key, since: initiatedAt });
  if (due === undefined) return {};
  return {
    "x-amz-abort-date": due.dueAt.toUTCString(),
    "x-amz-abort-rule-id": due.ruleId.replaceAll(NOT_PRINTABLE, encodeURIComponent),
  };
}

/**
 * What the answers to reads and writes tell of an object that a rule will remove, or put behind a delete marker.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. It says that the rule's id is
 * URL-encoded; what Amazon sends has spaces as they are, so only what would not be read back is encoded here.
 *
 * @param object - the current one of its key
 */
export function expirationHeader(
  store: ObjectStore,
  object: Pick<StoredObject, "bucket" | "key" | "lastModified" | "sizeBytes" | "tags">,
): Record<string, string> {
  const rules = readLifecycle(store, object.bucket)?.rules ?? [];
  const due = findDue(rules, "Expiration", { ...object, since: object.lastModified });
  if (due === undefined) return {};
  const ruleId = due.ruleId.replaceAll(NOT_QUOTABLE, encodeURIComponent);
  return { "x-amz-expiration": `expiry-date="${due.dueAt.toUTCString()}", rule-id="${ruleId}"` };
}

/** A header holds printable ASCII; Amazon does not say what it does with the rest of an id. */
const NOT_PRINTABLE = /[^\x20-\x7e]/gu;
const NOT_QUOTABLE = /[^\x20-\x7e]|["%]/gu;
