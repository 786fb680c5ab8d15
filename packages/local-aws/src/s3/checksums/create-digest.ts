import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { createCRC32, createCRC64, type IHasher } from "hash-wasm";
import type { ChecksumAlgorithm } from "./checksum-algorithm.ts";

export type DigestName = ChecksumAlgorithm | "MD5";

/** Fed chunk by chunk while a body arrives. */
export interface Digest {
  update(chunk: Buffer): void;
  /** Once, at the end. */
  digest(): Buffer;
}

export async function createDigest(name: DigestName): Promise<Digest> {
  switch (name) {
    case "CRC64NVME":
      return fromWasm(await createCRC64(CRC64NVME_POLYNOMIAL));
    case "CRC32C":
      return fromWasm(await createCRC32(CRC32C_POLYNOMIAL));
    case "CRC32":
      return createZlibCrc32();
    case "SHA1":
    case "SHA256":
    case "MD5":
      return createHash(name);
  }
}

// Both with the bits reversed, lowest power first, as the reflected algorithms need them.
const CRC64NVME_POLYNOMIAL = "9a6c9329ac4bc9b5";
const CRC32C_POLYNOMIAL = 0x82_f6_3b_78;

function fromWasm(hasher: IHasher): Digest {
  hasher.init();
  return {
    update: (chunk) => void hasher.update(chunk),
    digest: () => Buffer.from(hasher.digest("binary")),
  };
}

/** zlib's CRC32 is twice as fast as one in WebAssembly. */
function createZlibCrc32(): Digest {
  let value = 0;
  return {
    update(chunk) {
      value = crc32(chunk, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}
