import { WaybillError } from "@waybill/core";
import * as oidc from "openid-client";
import type { Login } from "./login-file.ts";

const TIMEOUT_SECONDS = 15;
/** For a provider that does not say. */
const DEFAULT_LIFETIME_SECONDS = 60;

export type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/**
 * What a provider says of itself. Its address was checked: without TLS it is on this machine.
 *
 * @throws {WaybillError} `IDENTITY_UNREACHABLE`
 */
export function discoverProvider(issuer: string, clientId: string): Promise<oidc.Configuration> {
  return explained(issuer, undefined, () =>
    oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), {
      timeout: TIMEOUT_SECONDS,
      execute: issuer.startsWith("http:") ? [oidc.allowInsecureRequests] : [],
    }),
  );
}

/** A refresh token's next access token; the provider may have given another refresh token with it. */
export async function refreshLogin(login: Login): Promise<Login> {
  const { issuer, clientId, refreshToken = "" } = login;
  const config = await discoverProvider(issuer, clientId);
  const obtainedAtMs = Date.now();
  const tokens = await explained(issuer, undefined, () => oidc.refreshTokenGrant(config, refreshToken));
  return { ...login, ...proofOf(tokens, obtainedAtMs), refreshToken: tokens.refresh_token ?? refreshToken };
}

/** What of a provider's answer proves who somebody is. */
export function proofOf(
  tokens: Tokens,
  obtainedAtMs: number,
): Pick<Login, "accessToken" | "obtainedAtMs" | "expiresAtMs" | "refreshToken"> {
  return {
    accessToken: tokens.access_token,
    obtainedAtMs,
    expiresAtMs: obtainedAtMs + (tokens.expires_in ?? DEFAULT_LIFETIME_SECONDS) * 1000,
    refreshToken: tokens.refresh_token,
  };
}

const REFUSALS: Record<string, string> = {
  access_denied: "The login was cancelled.",
  expired_token: "Nobody has logged in, and the code has expired.",
  invalid_grant: "Your login has ended.",
};

/**
 * Run something that asks the provider; its failure is for people.
 *
 * @throws {WaybillError} `UNAUTHENTICATED` when it refuses, `IDENTITY_UNREACHABLE`
 */
export async function explained<T>(
  issuer: string,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError) {
      const { error: code, error_description: description } = error;
      const known = REFUSALS[code] ?? `${issuer} refused the login: ${description ?? code}.`;
      throw new WaybillError("UNAUTHENTICATED", known);
    }
    throw new WaybillError("IDENTITY_UNREACHABLE", `The identity provider ${issuer} cannot be used.`, {
      cause: error,
    });
  }
}
