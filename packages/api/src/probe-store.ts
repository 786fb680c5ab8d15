import { createKeyId, createObjectKey, type Integrity } from "@waybill/core";
import { probeIntegrity } from "@waybill/core/s3";
import type { ApiDeps } from "./context.ts";
import { prefixOf, somePlace } from "./policy.ts";
import type { Principal } from "./principal.ts";

/** By what the store proves which bytes it holds, tried with a few among the caller's own uploads. */
export function probeStore(deps: ApiDeps, principal: Principal): Promise<Integrity[]> {
  const prefix = prefixOf(somePlace(deps.collections, principal));
  const key = createObjectKey({ prefix, id: createKeyId(deps.now()), fileName: "waybill-probe" });
  return probeIntegrity(deps.store, key);
}
