import { createHash } from "node:crypto";
import {
  checksumOfBytes,
  partRequest,
  unpackSignature,
  type Integrity,
  type SignedParts,
} from "@waybill/core";

export async function crc64(bytes: Uint8Array): Promise<string> {
  return checksumOfBytes("CRC64NVME", bytes);
}

/**
 * Send one part as any holder of the waybill would; answers the HTTP status.
 *
 * @param part.integrity - which checksum it was signed for; CRC64NVME by default
 */
export async function sendPart(
  { template, signatures, signatureForm }: SignedParts,
  part: {
    partNumber: number;
    bytes: Uint8Array<ArrayBuffer>;
    signatureIndex?: number;
    integrity?: Integrity;
  },
): Promise<number> {
  const { method, url, headers } = partRequest(template, {
    partNumber: part.partNumber,
    sizeBytes: part.bytes.length,
    signature: unpackSignature(signatures, part.signatureIndex ?? part.partNumber - 1, signatureForm) ?? "",
    checksum: checksumOfBytes(part.integrity ?? "CRC64NVME", part.bytes, {
      createMd5: () => createHash("md5"),
    }),
  });
  const response = await fetch(url, { method, headers, body: part.bytes });
  await response.text();
  return response.status;
}
