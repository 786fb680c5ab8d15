import { HealthOutput } from "@waybill/core";
import { openProcedure, procedure, uncountedProcedure } from "./trpc.ts";

/** For anybody, load balancers included. */
export const healthProcedure = openProcedure.output(HealthOutput).query(({ ctx: { deps } }) => {
  return { status: "ok" as const, version: deps.version, now: deps.now().toISOString() };
});

/** What `waybill doctor` needs: which store, and whether the server may use it. Its answer is checked where it is made, and loaded. */
export const storeHealthProcedure = uncountedProcedure.query(async ({ ctx: { deps, principal } }) => {
  const { describeStore } = await import("./describe-store.ts");
  return describeStore(deps, principal);
});

/** What `waybill doctor` tries: a few bytes among the caller's own uploads, which are taken back at once. */
export const probeStoreProcedure = procedure.mutation(async ({ ctx: { deps, principal } }) => {
  const { probeStore } = await import("./probe-store.ts");
  return probeStore(deps, principal);
});
