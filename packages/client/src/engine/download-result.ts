import type { Checksum, StoredObject } from "@waybill/core";

export interface DownloadResult extends StoredObject {
  /** Of the bytes that were received. */
  checksum: Checksum;
  /** Whether the store had a full-object checksum to compare with; if so, it was equal. */
  verified: boolean;
  durationMs: number;
}

/** @param value - CRC64NVME of what came, which has been compared */
export function downloadResult(object: StoredObject, value: string, durationMs: number): DownloadResult {
  const verified = object.checksum !== null;
  return { ...object, checksum: { algorithm: "CRC64NVME", value }, verified, durationMs };
}
