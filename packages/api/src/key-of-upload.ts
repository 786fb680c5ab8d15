import {
  createFolderKey,
  createKeyId,
  createObjectKey,
  keyBelow,
  MAX_KEY_BYTES,
  safeFileName,
  WaybillError,
  type FindUploadInput,
} from "@waybill/core";
import type * as z from "zod/mini";
import { prefixOf, type Place } from "./policy.ts";
import type { Principal } from "./principal.ts";

/**
 * Where an upload of this name goes; a new place when the name has no id and the collection no keys of its own.
 *
 * @throws {WaybillError} `INVALID_INPUT` for a key that is too long, and for a folder where there can be none
 */
export function keyOfUpload(
  place: Place,
  { fileName, folder, metadata, ...name }: z.output<typeof FindUploadInput>,
  { principal, now }: { principal: Principal; now: Date },
): string {
  const prefix = prefixOf(place);
  const { collection } = place;
  const id = name.id ?? createKeyId(now);
  if (collection.key === undefined)
    return folder === undefined
      ? createObjectKey({ prefix, id, fileName })
      : createFolderKey({ prefix, folder });
  if (folder !== undefined) throw new WaybillError("INVALID_INPUT", `${collection.name} takes no folders.`);
  // Made safe, but not made shorter: what was cut off could be all that sets two keys apart.
  const segments = collection.key({ id, fileName, metadata, principal }).split("/");
  return keyBelow(prefix, segments.map((segment) => safeFileName(segment, MAX_KEY_BYTES)).join("/"));
}
