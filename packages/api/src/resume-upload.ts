import { planUpload, WaybillError, type ResumeUploadInput, type ResumeUploadOutput } from "@waybill/core";
import { findObject, listParts } from "@waybill/core/s3";
import type * as z from "zod/mini";
import { checkSize } from "./collections/check-upload.ts";
import { uploadRoute } from "./collections/offered-route.ts";
import type { ApiDeps } from "./context.ts";
import { placeOfKey } from "./policy.ts";
import type { Principal } from "./principal.ts";

/**
 * Go on with an upload that this principal has begun, from nothing but its names: what the store lists
 * is the truth, so that neither a token nor a record of ours is needed.
 *
 * The plan is computed from what the caller says. A wrong size harms nobody but him: it is held against
 * the limits as at the beginning, each part is signed for its length, and what the store
 * lists is compared before anything is published.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND` for a key that is somebody else's; `TOO_LARGE`, `LIMIT_EXCEEDED`
 */
export async function resumeUpload(
  deps: ApiDeps,
  principal: Principal,
  { key, uploadId, sizeBytes, partSizeBytes, route: choice, avoid }: z.output<typeof ResumeUploadInput>,
): Promise<ResumeUploadOutput> {
  const { collection } = placeOfKey(deps.collections, principal, "create", key);
  checkSize(collection, sizeBytes);
  const { route } = uploadRoute(deps, collection, {
    choice,
    avoid,
    key,
    hasMetadata: false, // the store has it
    sizeBytes,
    partSizeBytes,
  });
  const plan = planUpload({ sizeBytes, route, partSizeBytes });
  try {
    const parts = await listParts(deps.store, { key, uploadId });
    await deps.limits.resumeUpload(principal, { sizeBytes, uploadId });
    // The store was told the name, the type and the metadata when the upload began.
    const known = { fileName: "", contentType: "", metadata: {} };
    const claims = { key, uploadId, collection: collection.name, ...known, route, plan };
    const token = await deps.tokens.issue({ sub: principal.id, ...claims });
    const { integrity } = deps.store;
    const retentionDays = collection.retention?.days;
    return { state: "open", token, route, plan, integrity, retentionDays, parts };
  } catch (error) {
    if (!(error instanceof WaybillError && error.code === "UPLOAD_NOT_FOUND")) throw error;
  }
  const object = await findObject(deps.store, key);
  return object === undefined ? { state: "gone" } : { state: "completed", object };
}
