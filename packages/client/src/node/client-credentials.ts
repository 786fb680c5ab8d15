import { WaybillError } from "@waybill/core";
import type { TokenSource } from "../api-client.ts";
import { createTokenKeeper, type AccessToken } from "../token-keeper.ts";

export interface ClientCredentials {
  /** The OpenID provider. HTTPS, or on this machine. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What to ask for, with spaces between. Default: what the provider gives. */
  scope?: string | undefined;
}

const TIMEOUT_SECONDS = 10;
/** For a provider that does not say. */
const DEFAULT_LIFETIME_SECONDS = 60;

/**
 * How a machine logs in by itself: `createWaybillClient({ url, token: clientCredentials({ … }) })`.
 *
 * Its calls fail with {WaybillError} `IDENTITY_UNREACHABLE`, and `UNAUTHENTICATED` when the provider refuses it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export function clientCredentials(credentials: ClientCredentials): Exclude<TokenSource, string> {
  return createTokenKeeper({
    renew: () => requestToken(credentials),
    nowMs: () => Date.now(),
  });
}

async function requestToken({
  issuer,
  clientId,
  clientSecret,
  scope,
}: ClientCredentials): Promise<AccessToken> {
  const oidc = await import("openid-client"); // only who logs in needs it
  const url = new URL(issuer);
  const isLocal = url.protocol === "http:" && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname);
  try {
    const config = await oidc.discovery(url, clientId, clientSecret, undefined, {
      timeout: TIMEOUT_SECONDS,
      execute: isLocal ? [oidc.allowInsecureRequests] : [],
    });
    const obtainedAtMs = Date.now();
    const tokens = await oidc.clientCredentialsGrant(config, scope === undefined ? {} : { scope });
    const expiresAtMs = obtainedAtMs + (tokens.expires_in ?? DEFAULT_LIFETIME_SECONDS) * 1000;
    return { accessToken: tokens.access_token, obtainedAtMs, expiresAtMs };
  } catch (error) {
    if (!(error instanceof oidc.ResponseBodyError)) {
      throw new WaybillError("IDENTITY_UNREACHABLE", `The provider at ${issuer} cannot be used.`, {
        cause: error,
      });
    }
    throw new WaybillError(
      "UNAUTHENTICATED",
      `The provider at ${issuer} refused the client (${error.error}).`,
    );
  }
}
