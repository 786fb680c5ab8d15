import { WaybillError, type LoginOptions } from "@waybill/core";
import type { AccessToken } from "@waybill/client/token-keeper";
import * as oauth from "oauth4webapi";
import * as z from "zod/mini";

/** Tokens of somebody who is logged in. They are kept in memory only. */
export interface Tokens extends AccessToken {
  refreshToken: string | undefined;
  idToken: string | undefined;
}

export interface User {
  issuer: string;
  /** The provider's `sub`. */
  subject: string;
  name: string;
}

/** What must still be known when the browser comes back. */
export const LoginSecrets = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() });
export type LoginSecrets = z.infer<typeof LoginSecrets>;

/** The OpenID provider, as this page uses it. Its failures are {WaybillError}s. */
export interface Provider {
  issuer: string;
  /** Where people log in: authorization code with PKCE. @param options.silent - come back at once, whoever it is */
  loginUrl(secrets: LoginSecrets, options: { silent: boolean }): Promise<string>;
  /** @param url - to which the provider has led back @throws {LoginRequired} when it would have had to ask somebody */
  redeem(url: URL, secrets: LoginSecrets): Promise<{ tokens: Tokens; user: User }>;
  /** @throws {WaybillError} `UNAUTHENTICATED` when the login has ended, `IDENTITY_UNREACHABLE` */
  refresh(tokens: Tokens): Promise<Tokens>;
  /** Where people log out of the provider too; undefined when it has no such place. */
  logoutUrl(tokens: Tokens): string | undefined;
  /** Tell the provider that nobody needs the refresh token any more, where it wants to know. */
  revoke(tokens: Tokens): Promise<void>;
}

/** Nobody is logged in at the provider, or it would have to ask them something. */
export class LoginRequired extends Error {
  override readonly name = "LoginRequired";
}

const TIMEOUT_MS = 15_000;
/** For a provider that does not say. */
const DEFAULT_LIFETIME_SECONDS = 60;
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])$/;
const SILENT_REFUSALS = /^(login|interaction|consent|account_selection)_required$/;

/** @param options.redirectUri - this page, as the provider knows it */
export async function openProvider(options: {
  login: LoginOptions;
  clientId: string;
  redirectUri: string;
}): Promise<Provider> {
  const { login, clientId, redirectUri } = options;
  const { issuer } = login;
  const { protocol, hostname } = new URL(issuer);
  const requestOptions = () => ({
    signal: AbortSignal.timeout(TIMEOUT_MS),
    // Without TLS only on this machine: the library refuses all others.
    [oauth.allowInsecureRequests]: protocol === "http:" && LOOPBACK.test(hostname),
  });
  const server = await explained(issuer, async () => {
    const url = new URL(issuer);
    return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, requestOptions()));
  });
  const client = { client_id: clientId };
  const none = oauth.None();

  return {
    issuer,
    async loginUrl({ state, nonce, codeVerifier }, { silent }) {
      const url = new URL(server.authorization_endpoint ?? "");
      const challenge = await oauth.calculatePKCECodeChallenge(codeVerifier);
      for (const [name, value] of Object.entries({
        ...login.parameters,
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: scopeOf(server, login.scopes),
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: "S256",
        ...(silent ? { prompt: "none" } : {}),
      })) {
        url.searchParams.set(name, value);
      }
      return url.href;
    },

    redeem: (url, { state, nonce, codeVerifier }) =>
      explained(issuer, async () => {
        const parameters = oauth.validateAuthResponse(server, client, url, state);
        const requestedAtMs = Date.now();
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          none,
          parameters,
          redirectUri,
          codeVerifier,
          requestOptions(),
        );
        const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
          expectedNonce: nonce,
          requireIdToken: true,
        });
        const claims = oauth.getValidatedIdTokenClaims(answer);
        if (claims === undefined) throw new Error("There is no ID token.");
        return { tokens: tokensOf(answer, requestedAtMs), user: userOf(issuer, claims) };
      }),

    refresh: (tokens) =>
      explained(issuer, async () => {
        const { refreshToken } = tokens;
        if (refreshToken === undefined) throw new WaybillError("UNAUTHENTICATED", ENDED);
        const requestedAtMs = Date.now();
        const response = await oauth.refreshTokenGrantRequest(
          server,
          client,
          none,
          refreshToken,
          requestOptions(),
        );
        const answer = await oauth.processRefreshTokenResponse(server, client, response);
        const next = tokensOf(answer, requestedAtMs);
        return {
          ...next,
          refreshToken: next.refreshToken ?? refreshToken,
          idToken: next.idToken ?? tokens.idToken,
        };
      }),

    logoutUrl({ idToken }) {
      if (server.end_session_endpoint === undefined) return undefined;
      const url = new URL(server.end_session_endpoint);
      url.searchParams.set("client_id", clientId);
      url.searchParams.set("post_logout_redirect_uri", redirectUri);
      if (idToken !== undefined) url.searchParams.set("id_token_hint", idToken);
      return url.href;
    },

    async revoke({ refreshToken }) {
      if (server.revocation_endpoint === undefined || refreshToken === undefined) return;
      await explained(issuer, async () =>
        oauth.processRevocationResponse(
          await oauth.revocationRequest(server, client, none, refreshToken, requestOptions()),
        ),
      );
    },
  };
}

const ENDED = "Your login has ended. Please log in again.";

async function explained<T>(issuer: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof WaybillError) throw error;
    if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
      const { error: code, error_description: description } = error;
      if (SILENT_REFUSALS.test(code)) throw new LoginRequired();
      const known: Record<string, string> = {
        access_denied: "The login was cancelled.",
        invalid_grant: ENDED,
      };
      throw new WaybillError(
        "UNAUTHENTICATED",
        known[code] ?? `The login was refused: ${description ?? code}.`,
      );
    }
    throw new WaybillError("IDENTITY_UNREACHABLE", `The identity provider ${issuer} cannot be used.`, {
      cause: error,
    });
  }
}

/** `offline_access` is how most providers are asked for a refresh token; some do not know it, and refuse it. */
function scopeOf(
  { scopes_supported: supported }: oauth.AuthorizationServer,
  more: readonly string[],
): string {
  const usual = ["profile", "offline_access"].filter((it) => supported?.includes(it) ?? true);
  return ["openid", ...usual, ...more].join(" ");
}

function tokensOf(answer: oauth.TokenEndpointResponse, obtainedAtMs: number): Tokens {
  return {
    accessToken: answer.access_token,
    obtainedAtMs,
    expiresAtMs: obtainedAtMs + (answer.expires_in ?? DEFAULT_LIFETIME_SECONDS) * 1000,
    refreshToken: answer.refresh_token,
    idToken: answer.id_token,
  };
}

function userOf(issuer: string, claims: oauth.IDToken): User {
  const names = [claims["name"], claims["preferred_username"], claims["email"]];
  const name = names.find((it): it is string => typeof it === "string" && it !== "");
  return { issuer, subject: claims.sub, name: name ?? claims.sub };
}
