import { HealthOutput, ProbeStoreOutput, StoreHealthOutput, WaybillError } from "@waybill/core";
import { headBucket, talkToStore } from "@waybill/core/s3";
import { openProcedure, procedure, uncountedProcedure } from "./trpc.ts";

/** For anybody, load balancers included. */
export const healthProcedure = openProcedure.output(HealthOutput).query(({ ctx: { deps } }) => {
  return { status: "ok" as const, version: deps.version, now: deps.now().toISOString() };
});

/** What `waybill doctor` needs: which store, and whether the server may use it. */
export const storeHealthProcedure = uncountedProcedure
  .output(StoreHealthOutput)
  .query(async ({ ctx: { deps, principal } }) => {
    const [signing, store, counting] = await Promise.allSettled([
      talkToStore("sign grants", deps.credentials),
      headBucket(deps.store),
      deps.limits.countRequest(principal), // in the store as well: no reason to tell nothing of what is wrong with it
    ]);
    if (counting.status === "rejected" && isRefusal(counting.reason)) throw counting.reason;
    const failed = [store, signing, counting].find((result) => result.status === "rejected");
    const credentials = signing.status === "fulfilled" ? signing.value : undefined;
    return {
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
    };
  });

/** What `waybill doctor` tries: a few bytes among the caller's own uploads, which are taken back at once. */
export const probeStoreProcedure = procedure
  .output(ProbeStoreOutput)
  .mutation(async ({ ctx: { deps, principal } }) => {
    const { probeStore } = await import("./probe-store.ts");
    return probeStore(deps, principal);
  });

function isRefusal(error: unknown): boolean {
  return error instanceof WaybillError && error.code === "TOO_MANY_REQUESTS";
}

function problem(error: unknown) {
  const { code, message } = error instanceof WaybillError ? error : new WaybillError("INTERNAL");
  return { ok: false as const, code, message };
}
