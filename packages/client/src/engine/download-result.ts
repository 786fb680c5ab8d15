import type { Checksum, StoredObject } from "@waybill/core";

export interface DownloadResult extends StoredObject {
  /** Of the bytes that were received. */
  checksum: Checksum;
  /** Whether the store says something of the object to hold the bytes against; if so, `checksum` equals it. */
  verified: boolean;
  durationMs: number;
}

/** @param came - the checksum of what came, and what it has been compared with */
export function downloadResult(
  object: StoredObject,
  came: { checksum: Checksum; expected: Checksum | null },
  durationMs: number,
): DownloadResult {
  return { ...object, checksum: came.checksum, verified: came.expected !== null, durationMs };
}
