import type { FindUploadInput, FindUploadOutput } from "@waybill/core";
import { findObject, listMultipartUploads, withPartSize } from "@waybill/core/s3";
import type * as z from "zod/mini";
import type { ApiDeps } from "./context.ts";
import { keyOfUpload } from "./key-of-upload.ts";
import { assertPermitted, ownPlace } from "./policy.ts";
import type { Principal } from "./principal.ts";

/** More than a few of one name come of nothing but many lost answers. */
const MAX_UPLOADS = 100;

/** What there is under the name that a client gave its upload: all that it may have begun without being told. */
export async function findUpload(
  { store, now, collections }: ApiDeps,
  principal: Principal,
  name: z.output<typeof FindUploadInput>,
): Promise<z.output<typeof FindUploadOutput>> {
  const place = ownPlace(collections, principal, name.collection);
  assertPermitted(principal, "create", place);
  const key = keyOfUpload(place, name, { principal, now: now() });
  const [{ uploads }, object] = await Promise.all([
    listMultipartUploads(store, { prefix: key, limit: MAX_UPLOADS }),
    findObject(store, key),
  ]);
  const uploadIds = uploads
    .filter((upload) => upload.key === key)
    .toSorted((a, b) => b.initiatedAt.localeCompare(a.initiatedAt))
    .map(({ uploadId }) => uploadId);
  return {
    key,
    uploadIds,
    object: object === undefined ? null : await withPartSize(store, object),
    replaceable: place.collection.overwrite,
  };
}
