import { createCrc64Nvme, partRequest, unpackSignature, type SignedParts } from "@waybill/core";

export async function crc64(bytes: Uint8Array): Promise<string> {
  const checksum = createCrc64Nvme();
  checksum.update(bytes);
  return checksum.digest();
}

/** Send one part as any holder of the waybill would; answers the HTTP status. */
export async function sendPart(
  { template, signatures }: SignedParts,
  part: { partNumber: number; bytes: Uint8Array<ArrayBuffer>; signatureIndex?: number },
): Promise<number> {
  const { method, url, headers } = partRequest(template, {
    partNumber: part.partNumber,
    signature: unpackSignature(signatures, part.signatureIndex ?? part.partNumber - 1) ?? "",
    checksum: await crc64(part.bytes),
  });
  const response = await fetch(url, { method, headers, body: part.bytes });
  await response.text();
  return response.status;
}
