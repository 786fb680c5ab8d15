import { UserMetadata } from "./user-metadata.ts";

const NAME = "waybill-part-bytes";

/**
 * An ETag of many parts says nothing to who does not know where they were cut, and older stores do not tell. So
 * it is noted among the metadata, where there is room.
 */
export function notePartSize(metadata: UserMetadata, partSizeBytes: number): UserMetadata {
  const noted = UserMetadata.safeParse({ ...metadata, [NAME]: String(partSizeBytes) });
  return noted.success ? noted.data : metadata;
}

/**
 * The metadata without the note, and what it says.
 *
 * @param object.partCount - a note that does not give as many is of another object: metadata is copied along
 */
export function takePartSize(
  { [NAME]: noted, ...metadata }: UserMetadata,
  object: { sizeBytes: number; partCount: number },
): { metadata: UserMetadata; partSizeBytes: number | undefined } {
  const partSizeBytes = Number(noted);
  const isSize = Number.isInteger(partSizeBytes) && partSizeBytes <= object.sizeBytes;
  const fits = isSize && Math.ceil(object.sizeBytes / partSizeBytes) === object.partCount;
  return { metadata, partSizeBytes: fits ? partSizeBytes : undefined };
}
