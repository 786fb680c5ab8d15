import type { Checksum, Route, StoredObject } from "@waybill/core";

export interface DownloadResult extends StoredObject {
  route: Route;
  /** Of the bytes that were received. */
  checksum: Checksum;
  /** Whether the store says something of the object to hold the bytes against; if so, `checksum` equals it. */
  verified: boolean;
  durationMs: number;
}

/** @param came - the checksum of what came, and what it has been compared with */
export function downloadResult(
  { object, route }: { object: StoredObject; route: Route },
  came: { checksum: Checksum; expected: Checksum | null },
  durationMs: number,
): DownloadResult {
  return { ...object, route, checksum: came.checksum, verified: came.expected !== null, durationMs };
}
