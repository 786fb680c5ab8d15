import { UserMetadata, WaybillError } from "@waybill/core";
import { sentenceOf } from "../sentence-of.ts";
import type { Collection } from "./collection.ts";

/**
 * Hold an upload against the limits of its collection.
 *
 * @returns the metadata to store
 * @throws {WaybillError} `TOO_LARGE`, `TYPE_NOT_ACCEPTED`, `INVALID_INPUT` for its metadata
 */
export function checkUpload(
  collection: Collection,
  upload: { sizeBytes: number; contentType: string; metadata: UserMetadata },
): UserMetadata {
  checkSize(collection, upload.sizeBytes);
  checkType(collection, upload.contentType);
  const metadata = (collection.metadata ?? UserMetadata).safeParse(upload.metadata);
  if (metadata.success) return metadata.data;
  throw new WaybillError("INVALID_INPUT", `The metadata is not right: ${sentenceOf(metadata.error)}.`);
}

/** @throws {WaybillError} `TOO_LARGE` for more than the collection takes */
export function checkSize({ name, maxBytes }: Collection, sizeBytes: number): void {
  if (sizeBytes <= maxBytes) return;
  throw new WaybillError("TOO_LARGE", `${name} takes at most ${maxBytes} bytes, and this is ${sizeBytes}.`);
}

function checkType({ name, accept }: Collection, contentType: string): void {
  if (accept.length === 0 || accept.some((range) => covers(range, contentType))) return;
  throw new WaybillError(
    "TYPE_NOT_ACCEPTED",
    `${name} takes ${accept.join(", ")}, and this is ${contentType}.`,
  );
}

/** @param range - a media type, or all of one kind: `image/*` */
function covers(range: string, contentType: string): boolean {
  const [type = ""] = contentType.toLowerCase().split(";");
  const wanted = range.toLowerCase();
  return wanted.endsWith("/*") ? type.startsWith(wanted.slice(0, -1)) : type.trim() === wanted;
}
