import { createCRC64 } from "hash-wasm";

/** A running CRC64NVME. */
export interface Crc64Nvme {
  update(bytes: Uint8Array): void;
  /** The value, as S3 writes it: 8 bytes, big endian, base64 (12 characters). Once, and last of all. */
  digest(): string;
}

// 0xad93d23594c93659 with its bits reversed. Source: https://reveng.sourceforge.io/crc-catalogue/17plus.htm
// (CRC-64/NVME); hash-wasm computes the reflected form and asks for the polynomial in that order.
export const CRC64NVME_REFLECTED_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

/**
 * CRC64NVME, the full-object checksum that S3 itself computes for every object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export async function createCrc64Nvme(): Promise<Crc64Nvme> {
  const hasher = await createCRC64(CRC64NVME_REFLECTED_POLYNOMIAL.toString(16));
  hasher.init();
  return {
    update: (bytes) => void hasher.update(bytes),
    digest: () => toBase64(hasher.digest("binary")),
  };
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
