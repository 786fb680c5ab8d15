import * as z from "zod/mini";
import type { Principal } from "./principal.ts";

const Scopes = z.union([z.string(), z.array(z.string())]);

/** What we read of an access token. Whoever calls has verified it. */
const Claims = z.object({
  sub: z.string().check(z.minLength(1)),
  /** Cognito's. An ID token is for whoever logged somebody in, and not for an API. */
  token_use: z.optional(z.literal("access")),
  /** RFC 8693; others say `scp`. */
  scope: z.optional(Scopes),
  scp: z.optional(Scopes),
});

/**
 * Who a verified access token speaks of.
 *
 * @param options.scopePrefix - what scopes of this API begin with at its provider, such as `waybill/` at
 *   Cognito; those that do not begin with it are none of ours
 * @returns undefined for claims of something that is no access token
 */
export function principalOfClaims(
  claims: unknown,
  { scopePrefix = "" }: { scopePrefix?: string | undefined } = {},
): Principal | undefined {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success) return undefined;
  const { sub, scope, scp } = parsed.data;
  const scopes = [scope ?? scp ?? []].flat().flatMap((text) => text.split(" "));
  const own = scopes.filter((it) => it !== "" && it.startsWith(scopePrefix));
  return { id: sub, scopes: own.map((it) => it.slice(scopePrefix.length)) };
}
