import { HealthOutput, StoreHealthOutput, WaybillError } from "@waybill/core";
import { headBucket, talkToStore } from "@waybill/core/s3";
import { procedure, publicProcedure } from "./trpc.ts";

/** For anybody, load balancers included. */
export const healthProcedure = publicProcedure.output(HealthOutput).query(({ ctx: { deps } }) => {
  return { status: "ok" as const, version: deps.version, now: deps.now().toISOString() };
});

/** What `waybill doctor` needs: which store, and whether the server may use it. */
export const storeHealthProcedure = procedure.output(StoreHealthOutput).query(async ({ ctx: { deps } }) => {
  const [signing, store] = await Promise.allSettled([
    talkToStore("sign grants", deps.credentials),
    headBucket(deps.store),
  ]);
  const failed = [store, signing].find((result) => result.status === "rejected");
  const credentials = signing.status === "fulfilled" ? signing.value : undefined;
  return {
    url: `${deps.address.origin}${deps.address.pathPrefix}`,
    bucket: deps.store.bucket,
    region: deps.region,
    credentials: {
      temporary: credentials?.sessionToken !== undefined,
      expiresAt: credentials?.expiration?.toISOString() ?? null,
    },
    // A store for which no grant can be signed is of no use, either.
    reachable: failed === undefined ? { ok: true as const } : problem(failed.reason),
  };
});

function problem(error: unknown) {
  const { code, message } = error instanceof WaybillError ? error : new WaybillError("INTERNAL");
  return { ok: false as const, code, message };
}
