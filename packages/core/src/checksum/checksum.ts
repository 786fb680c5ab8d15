import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { createCrc, type RunningChecksum } from "./crc.ts";
import type { CrcAlgorithm } from "./crc-field.ts";

/** The checksums that S3 can be given and that we compute, by the names it gives them. */
export type ChecksumAlgorithm = CrcAlgorithm | "SHA256" | "MD5";

export interface ChecksumDeps {
  /**
   * The host's own SHA-256, such as Node's `() => createHash("sha256")`: with the instructions that
   * processors have for it, it is ten times as fast as JavaScript. For the CRCs nothing is faster
   * than what is here.
   */
  createSha256?: () => HostHash;
  /** The same of MD5. */
  createMd5?: () => HostHash;
}

interface HostHash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** A checksum of any algorithm, for who learns at run time which. */
export function createChecksum(algorithm: ChecksumAlgorithm, deps: ChecksumDeps = {}): RunningChecksum {
  if (algorithm === "SHA256") return fromHash(deps.createSha256?.() ?? sha256.create());
  if (algorithm === "MD5") return fromHash(deps.createMd5?.() ?? md5.create());
  return createCrc(algorithm);
}

/** The checksum of bytes that are all there. */
export function checksumOfBytes(
  algorithm: ChecksumAlgorithm,
  bytes: Uint8Array,
  deps: ChecksumDeps = {},
): string {
  const checksum = createChecksum(algorithm, deps);
  checksum.update(bytes);
  return checksum.digest();
}

function fromHash(hash: HostHash): RunningChecksum {
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => btoa(String.fromCharCode(...hash.digest())),
  };
}
