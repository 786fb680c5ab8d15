import { createChecksum, type ChecksumAlgorithm } from "./checksum.ts";
import type { RunningChecksum } from "./crc.ts";

/**
 * What S3 gives an object of many parts where it has no checksum of all its bytes: the checksum of
 * the parts' checksums, and how many they are. CRC64NVME has no such form; SHA-256 has no other. Of MD5 it is
 * the object's ETag.
 *
 * @param partChecksums - in base64, in order of the parts
 * @returns base64, `-`, and the number of parts
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function compositeChecksum(
  algorithm: Exclude<ChecksumAlgorithm, "CRC64NVME">,
  partChecksums: readonly string[],
): string {
  return compositeOf(createChecksum(algorithm), partChecksums);
}

/**
 * The same, for who has a checksum of the algorithm already.
 *
 * @param checksum - with nothing read yet
 */
export function compositeOf(checksum: RunningChecksum, partChecksums: readonly string[]): string {
  const digests = partChecksums.map((value) => atob(value)).join("");
  checksum.update(Uint8Array.from(digests, (character) => character.charCodeAt(0)));
  return `${checksum.digest()}-${partChecksums.length}`;
}
