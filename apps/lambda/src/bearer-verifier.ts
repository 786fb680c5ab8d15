import type { BearerVerifier } from "@waybill/api/bearer-verifier";
import type { Env } from "./env.ts";
import { once } from "./once.ts";

/** Who verifies tokens where no gateway has, loaded with the first one; undefined where no provider is believed. */
export function bearerVerifier(env: Env): BearerVerifier | undefined {
  const issuer = env.WAYBILL_OIDC_ISSUER;
  if (issuer === undefined) return undefined;
  const verifier = once(async () => {
    const { createBearerVerifier } = await import("@waybill/api/bearer-verifier");
    return createBearerVerifier({
      issuer,
      audiences: env.WAYBILL_OIDC_AUDIENCE,
      scopePrefix: env.WAYBILL_OIDC_SCOPE_PREFIX,
      now: () => new Date(),
    });
  });
  return async (token) => (await verifier())(token);
}
