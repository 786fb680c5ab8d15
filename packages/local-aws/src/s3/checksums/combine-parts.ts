import type { Checksum, ChecksumAlgorithm, ChecksumType } from "./checksum-algorithm.ts";
import { combineCrc } from "./combine-crc.ts";
import type { Digest } from "./create-digest.ts";

/**
 * The checksum that CompleteMultipartUpload gives the object: of all its bytes, or of the digests of
 * its parts.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 *
 * @param options.digest - a fresh one of the same algorithm, for the composite form
 * @param options.parts - in order; `value` is the base64 of the part's digest
 */
export function combineParts(options: {
  algorithm: ChecksumAlgorithm;
  type: ChecksumType;
  digest: Digest;
  parts: readonly { value: string; sizeBytes: number }[];
}): Checksum {
  const { algorithm, type } = options;
  const parts = options.parts.map(({ value, sizeBytes }) => ({
    digest: Buffer.from(value, "base64"),
    sizeBytes,
  }));
  if (type === "FULL_OBJECT" && algorithm !== "SHA1" && algorithm !== "SHA256") {
    return { algorithm, type, value: combineCrc(algorithm, parts).toString("base64") };
  }
  options.digest.update(Buffer.concat(parts.map(({ digest }) => digest)));
  const value = `${options.digest.digest().toString("base64")}-${parts.length}`;
  return { algorithm, type: "COMPOSITE", value };
}
