import type { Checksum, Route, StoredObject } from "@waybill/core";

export interface DownloadResult extends StoredObject {
  route: Route;
  /** Why it is that one, in a sentence for people. */
  routeReason: string;
  /** Of the bytes that were received. */
  checksum: Checksum;
  /** Whether the store says something of the object to hold the bytes against; if so, `checksum` equals it. */
  verified: boolean;
  durationMs: number;
}

/** @param came - the checksum of what came, and what it has been compared with */
export function downloadResult(
  { object, route, routeReason }: { object: StoredObject; route: Route; routeReason: string },
  came: { checksum: Checksum; expected: Checksum | null },
  durationMs: number,
): DownloadResult {
  return {
    ...object,
    route,
    routeReason,
    checksum: came.checksum,
    verified: came.expected !== null,
    durationMs,
  };
}
