import { HealthOutput, StoreHealthOutput, WaybillError } from "@waybill/core";
import { headBucket } from "@waybill/core/s3";
import { procedure, publicProcedure } from "./trpc.ts";

/** For anybody, load balancers included. */
export const healthProcedure = publicProcedure.output(HealthOutput).query(({ ctx: { deps } }) => {
  return { status: "ok" as const, version: deps.version, now: deps.now().toISOString() };
});

/** What `waybill doctor` needs: which store, and whether the server may use it. */
export const storeHealthProcedure = procedure.output(StoreHealthOutput).query(async ({ ctx: { deps } }) => {
  const [credentials, reachable] = await Promise.all([
    deps.credentials().catch(() => undefined), // `reachable` says what is wrong with them
    headBucket(deps.store).then(() => ({ ok: true as const }), problem),
  ]);
  return {
    url: `${deps.address.origin}${deps.address.pathPrefix}`,
    bucket: deps.store.bucket,
    region: deps.region,
    credentials: {
      temporary: credentials?.sessionToken !== undefined,
      expiresAt: credentials?.expiration?.toISOString() ?? null,
    },
    reachable,
  };
});

function problem(error: unknown) {
  const { code, message } = error instanceof WaybillError ? error : new WaybillError("INTERNAL");
  return { ok: false as const, code, message };
}
