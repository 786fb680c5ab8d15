import { checksumOfBytes, type ChecksumAlgorithm } from "./checksum.ts";

/**
 * What S3 gives an object of many parts where it has no checksum of all its bytes: the checksum of
 * the parts' checksums, and how many they are. CRC64NVME has no such form; SHA-256 has no other.
 *
 * @param partChecksums - in base64, in order of the parts
 * @returns base64, `-`, and the number of parts
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function compositeChecksum(
  algorithm: Exclude<ChecksumAlgorithm, "CRC64NVME">,
  partChecksums: readonly string[],
): string {
  const digests = partChecksums.map((value) => atob(value)).join("");
  const bytes = Uint8Array.from(digests, (character) => character.charCodeAt(0));
  return `${checksumOfBytes(algorithm, bytes)}-${partChecksums.length}`;
}
