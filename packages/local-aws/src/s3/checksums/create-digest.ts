import { createHash } from "node:crypto";
import { createCrc } from "@waybill/core/crc";
import type { ChecksumAlgorithm } from "./checksum-algorithm.ts";

export type DigestName = ChecksumAlgorithm | "MD5";

/** Fed chunk by chunk while a body arrives. */
export interface Digest {
  update(chunk: Uint8Array): void;
  /** Once, at the end. */
  digest(): Buffer;
}

/**
 * CRCs are the one thing that this package computes with core's code: they are five times as fast as any
 * other, and core's tests hold them against three independent ones. Combining them is done twice.
 */
export function createDigest(name: DigestName): Digest {
  switch (name) {
    case "CRC64NVME":
    case "CRC32":
    case "CRC32C": {
      const crc = createCrc(name);
      return { update: (chunk) => crc.update(chunk), digest: () => Buffer.from(crc.digest(), "base64") };
    }
    case "SHA1":
    case "SHA256":
    case "MD5":
      return createHash(name);
  }
}
