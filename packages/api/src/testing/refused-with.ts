import type { WaybillErrorCode } from "@waybill/core";
import { expect } from "vitest";

/** What a caller of the router is rejected with, for `toEqual`. */
export function refusedWith(code: WaybillErrorCode): unknown {
  const cause: unknown = expect.objectContaining({ name: "WaybillError", code });
  return expect.objectContaining({ cause });
}
