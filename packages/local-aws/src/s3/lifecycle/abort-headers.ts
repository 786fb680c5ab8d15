import type { ObjectStore } from "../object-store/object-store.ts";
import { findAbortion } from "./abort-date.ts";
import { readLifecycle } from "./lifecycle-configuration.ts";

/**
 * What CreateMultipartUpload and ListParts tell of an upload that a rule will abort.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export function abortHeaders(
  store: ObjectStore,
  upload: { bucket: string; key: string; initiatedAt: Date },
): Record<string, string> {
  const abortion = findAbortion(readLifecycle(store, upload.bucket)?.rules ?? [], upload);
  if (abortion === undefined) return {};
  return {
    "x-amz-abort-date": abortion.abortAt.toUTCString(),
    "x-amz-abort-rule-id": toHeaderText(abortion.ruleId),
  };
}

/** A header holds printable ASCII; Amazon does not say what it does with the rest of an id. */
function toHeaderText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, encodeURIComponent);
}
