import * as z from "zod/mini";
import { MAX_USER_METADATA_BYTES } from "../s3-limits.ts";

/**
 * User metadata: names of `a-z 0-9 - _ .`, any text as value; together at most 2 KB as stored.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export const UserMetadata = z
  .record(
    z.string().check(z.regex(/^[a-z0-9._-]{1,128}$/, "is not a metadata name: a-z 0-9 . _ -")),
    z.string(),
  )
  .check(
    z.refine((metadata) => storedBytes(metadata) <= MAX_USER_METADATA_BYTES, {
      error: `is larger than ${MAX_USER_METADATA_BYTES} bytes as stored`,
    }),
  );
export type UserMetadata = z.infer<typeof UserMetadata>;

/**
 * A value as it goes into an `x-amz-meta-*` header, which holds ASCII only and loses white space at
 * its ends: what cannot stand there, and `%` itself, is percent-encoded.
 */
export function encodeMetadataValue(value: string): string {
  return value.toWellFormed().replace(/[^\x20-\x7e]+|%|^ +| +$| {2,}/gu, (run) => encodeURIComponent(run));
}

/** The value that was given. A value that somebody else stored in another form comes back as it is. */
export function decodeMetadataValue(stored: string): string {
  try {
    return decodeURIComponent(stored);
  } catch {
    return stored;
  }
}

function storedBytes(metadata: Record<string, string>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata))
    bytes += name.length + encodeMetadataValue(value).length;
  return bytes;
}
