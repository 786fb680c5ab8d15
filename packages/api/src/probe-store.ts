import { createKeyId, createObjectKey, ProbeStoreOutput, WaybillError } from "@waybill/core";
import { hasVersions, listLifecycleRules, probeIntegrity } from "@waybill/core/s3";
import { hastyRules } from "./collections/hasty-rules.ts";
import { lifecycleRules } from "./collections/lifecycle-rules.ts";
import { missingRules } from "./collections/missing-rules.ts";
import type { ApiDeps } from "./context.ts";
import { canCount } from "./limits/can-count.ts";
import { prefixOf, somePlace } from "./policy.ts";
import type { Principal } from "./principal.ts";

/**
 * What the store can do, tried with a few bytes among the caller's own uploads and with what is counted of it; and
 * whether it empties the collections that say so.
 */
export async function probeStore(deps: ApiDeps, principal: Principal): Promise<ProbeStoreOutput> {
  const prefix = prefixOf(somePlace(deps.collections, principal));
  const key = createObjectKey({ prefix, id: createKeyId(deps.now()), fileName: "waybill-probe" });
  return ProbeStoreOutput.parse({
    proves: await probeIntegrity(deps.store, key),
    counts: await canCount(deps.store, principal),
    lifecycle: await compareRules(deps),
  });
}

async function compareRules({ store, collections }: ApiDeps): Promise<ProbeStoreOutput["lifecycle"]> {
  if (lifecycleRules(collections, { hasVersions: false }).length === 0)
    return { known: true, wanted: [], missing: [], hasty: [] };
  try {
    const [found, versions] = await Promise.all([listLifecycleRules(store), hasVersions(store)]);
    const wanted = lifecycleRules(collections, { hasVersions: versions });
    const missing = missingRules(wanted, found);
    return { known: true, wanted, missing, hasty: hastyRules(collections, found) };
  } catch (error) {
    if (!(error instanceof WaybillError)) throw error;
    return { known: false, message: error.message }; // not every role may ask, and not every store has rules
  }
}
