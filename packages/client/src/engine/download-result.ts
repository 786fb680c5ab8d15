import type { Checksum, StoredObject } from "@waybill/core";

export interface DownloadResult extends StoredObject {
  /** Of the bytes that were received. */
  checksum: Checksum;
  /** Whether the store had a full-object checksum to compare with; if so, it was equal. */
  verified: boolean;
  durationMs: number;
}
