import type { LoginOptions } from "@waybill/core";
import * as z from "zod/mini";

const list = (separator: string) =>
  z.pipe(
    z.string(),
    z.transform((text) =>
      text
        .split(separator)
        .map((it) => it.trim())
        .filter((it) => it !== ""),
    ),
  );

/** Whom to believe, and how people log in there. */
export const OidcEnv = {
  /** The OpenID provider: the `iss` of its tokens. HTTPS, or on this machine. */
  WAYBILL_OIDC_ISSUER: z.optional(
    z.url().check(z.refine(isTrustworthy, { error: "is neither HTTPS nor on this machine" })),
  ),
  /** `aud` of access tokens for this API, or their `client_id` where they have none: `a,b` for several. */
  WAYBILL_OIDC_AUDIENCE: z._default(list(","), () => []),
  /** What this API's scopes begin with at the provider: `waybill/` makes `waybill/uploads:sweep` ours. */
  WAYBILL_OIDC_SCOPE_PREFIX: z.optional(z.string()),
  /** As which client the page, and the command line, are known there. */
  WAYBILL_OIDC_PAGE_CLIENT_ID: z.optional(z.string()),
  WAYBILL_OIDC_PROGRAM_CLIENT_ID: z.optional(z.string()),
  /** For a provider that does not lead to any port of the user's machine: `http://localhost:8400/callback`. */
  WAYBILL_OIDC_PROGRAM_REDIRECT_URI: z.optional(
    z.url({ protocol: /^http$/, hostname: /^(localhost|127\.0\.0\.1)$/ }),
  ),
  /** What both ask for besides `openid`, `profile` and `offline_access`, with spaces between. */
  WAYBILL_OIDC_SCOPES: z._default(list(" "), () => []),
  /** Further parameters of the authorization request: `audience=https://api.example.com`. */
  WAYBILL_OIDC_PARAMETERS: z._default(z.string(), ""),
};
type OidcEnv = z.infer<z.ZodMiniObject<typeof OidcEnv>>;

/** What anybody may know of it. */
export function loginOptions(env: OidcEnv): LoginOptions | null {
  if (env.WAYBILL_OIDC_ISSUER === undefined) return null;
  return {
    issuer: env.WAYBILL_OIDC_ISSUER,
    clientIds: { page: env.WAYBILL_OIDC_PAGE_CLIENT_ID, program: env.WAYBILL_OIDC_PROGRAM_CLIENT_ID },
    programRedirectUri: env.WAYBILL_OIDC_PROGRAM_REDIRECT_URI,
    scopes: env.WAYBILL_OIDC_SCOPES,
    parameters: Object.fromEntries(new URLSearchParams(env.WAYBILL_OIDC_PARAMETERS)),
  };
}

function isTrustworthy(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, hostname } = new URL(issuer);
  return (
    protocol === "https:" || (protocol === "http:" && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname))
  );
}
