import { createKeyId, createObjectKey, type ProbeStoreOutput } from "@waybill/core";
import { probeIntegrity } from "@waybill/core/s3";
import type { ApiDeps } from "./context.ts";
import { canCount } from "./limits/can-count.ts";
import { prefixOf, somePlace } from "./policy.ts";
import type { Principal } from "./principal.ts";

/** What the store can do, tried with a few bytes among the caller's own uploads and with what is counted of it. */
export async function probeStore(deps: ApiDeps, principal: Principal): Promise<ProbeStoreOutput> {
  const prefix = prefixOf(somePlace(deps.collections, principal));
  const key = createObjectKey({ prefix, id: createKeyId(deps.now()), fileName: "waybill-probe" });
  return {
    proves: await probeIntegrity(deps.store, key),
    counts: await canCount(deps.store, principal),
  };
}
