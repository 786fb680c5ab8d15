import type { WaybillError, WaybillErrorCode } from "@waybill/core";

const NETWORK_CODES: ReadonlySet<WaybillErrorCode> = new Set([
  "STORAGE_UNREACHABLE",
  "API_UNREACHABLE",
  "STALLED",
]);

/** What a transfer waits for, in the few words that fit beside a bar. */
export function obstacleOf({ code }: WaybillError): string {
  if (code === "TOO_MANY_REQUESTS") return "waiting for its turn";
  return NETWORK_CODES.has(code) ? "waiting for the network" : "waiting for the store";
}
