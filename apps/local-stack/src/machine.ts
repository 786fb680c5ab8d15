import { randomBytes } from "node:crypto";
import type { ClientCredentials } from "@waybill/client/client-credentials";
import { SWEEP_SCOPE, type Env } from "./env.ts";

/** What logs in by itself: the worker. */
export type Machine = ClientCredentials & { scope: string };

/** @returns undefined where a provider of the user's own has no client for it */
export function machineOf({ ports, externalIssuer }: Env): Machine | undefined {
  if (externalIssuer !== undefined) return externalIssuer.machine;
  return {
    issuer: `http://127.0.0.1:${ports.oidc}`,
    clientId: "waybill-worker",
    clientSecret: randomBytes(24).toString("base64url"), // known to both, as long as they run
    scope: SWEEP_SCOPE,
  };
}
