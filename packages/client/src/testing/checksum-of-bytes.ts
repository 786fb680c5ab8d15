import { createCrc64Nvme } from "@waybill/core";

export function checksumOfBytes(bytes: Uint8Array): string {
  const checksum = createCrc64Nvme();
  checksum.update(bytes);
  return checksum.digest();
}
