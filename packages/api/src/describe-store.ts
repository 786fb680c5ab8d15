import { StoreHealthOutput, WaybillError } from "@waybill/core";
import { headBucket, talkToStore } from "@waybill/core/s3";
import type { ApiDeps } from "./context.ts";
import type { Principal } from "./principal.ts";

/** Which store it is, and whether the server may use it. */
export async function describeStore(deps: ApiDeps, principal: Principal): Promise<StoreHealthOutput> {
  const [signing, store, counting] = await Promise.allSettled([
    talkToStore("sign grants", deps.credentials),
    headBucket(deps.store),
    deps.limits.countRequest(principal), // in the store as well: no reason to tell nothing of what is wrong with it
  ]);
  if (counting.status === "rejected" && isRefusal(counting.reason)) throw counting.reason;
  const failed = [store, signing, counting].find((result) => result.status === "rejected");
  const credentials = signing.status === "fulfilled" ? signing.value : undefined;
  return StoreHealthOutput.parse({
    url: `${deps.address.origin}${deps.address.pathPrefix}`,
    bucket: deps.store.bucket,
    region: deps.region,
    integrity: deps.store.integrity,
    credentials: {
      temporary: credentials?.sessionToken !== undefined,
      expiresAt: credentials?.expiration?.toISOString() ?? null,
    },
    // A store for which no grant can be signed is of no use, and neither is one where limits cannot be counted.
    reachable: failed === undefined ? { ok: true as const } : problem(failed.reason),
  });
}

function isRefusal(error: unknown): boolean {
  return error instanceof WaybillError && error.code === "TOO_MANY_REQUESTS";
}

function problem(error: unknown) {
  const { code, message } = error instanceof WaybillError ? error : new WaybillError("INTERNAL");
  return { ok: false as const, code, message };
}
