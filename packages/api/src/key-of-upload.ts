import { createFolderKey, createKeyId, createObjectKey, type FindUploadInput } from "@waybill/core";
import type * as z from "zod/mini";
import { ownPrefix } from "./policy.ts";
import type { Principal } from "./principal.ts";

/** Where an upload of this name goes; a new place when the name has no id. */
export function keyOfUpload(
  principal: Principal,
  { collection, fileName, folder, id }: z.output<typeof FindUploadInput>,
  now: Date,
): string {
  const prefix = ownPrefix(principal, collection);
  if (folder !== undefined) return createFolderKey({ prefix, folder });
  return createObjectKey({ prefix, id: id ?? createKeyId(now), fileName });
}
