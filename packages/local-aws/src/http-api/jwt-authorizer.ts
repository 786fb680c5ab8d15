import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from "jose";
import * as z from "zod/mini";
import { HttpApiError } from "./http-api-error.ts";

export interface JwtAuthorizerOptions {
  /** The `iss` of tokens; its discovery document says where the keys are. */
  issuer: string;
  /** One of these must be in `aud` or, where a token has none, be its `client_id`. */
  audience: readonly string[];
}

/** What a JWT authorizer puts into an event. */
export interface JwtAuthorization {
  claims: Record<string, string>;
  /** Those of the route that the token has; null for a route without any. */
  scopes: string[] | null;
}

/** @throws {HttpApiError} 401, and 403 for a token without any scope of the route */
export type JwtAuthorizer = (
  headers: Record<string, string>,
  routeScopes: readonly string[],
) => Promise<JwtAuthorization>;

/** The gateway knows no others. */
const ALGORITHMS = ["RS256", "RS384", "RS512"];
const KEY_CACHE_MS = 2 * 3600 * 1000;

const Discovery = z.object({ jwks_uri: z.url({ protocol: /^https?$/ }) });

/**
 * The JWT authorizer of an HTTP API, with `$request.header.Authorization` as its identity source.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function createJwtAuthorizer(options: JwtAuthorizerOptions & { clock: () => Date }): JwtAuthorizer {
  const { issuer, audience, clock } = options;
  let keys: Promise<JWTVerifyGetKey> | undefined;
  /** Once; but not the failure, so that the next request tries again. */
  const findKeys = () =>
    (keys ??= discoverKeys(issuer).catch((error: unknown) => {
      keys = undefined;
      throw error;
    }));

  return async (headers, routeScopes) => {
    const token = headers["authorization"]?.replace(/^Bearer /i, "") ?? "";
    if (token === "") throw refused("no token was sent", "Bearer");
    const payload = await verify(token);
    const scopes = routeScopes.filter((scope) => scopesOf(payload).includes(scope));
    if (routeScopes.length > 0 && scopes.length === 0) {
      throw new HttpApiError(403, `the token has none of the scopes ${routeScopes.join(" ")}`);
    }
    return { claims: toClaims(payload), scopes: routeScopes.length > 0 ? scopes : null };
  };

  async function verify(token: string): Promise<JWTPayload> {
    const now = clock();
    try {
      const { payload } = await jwtVerify(token, requireKid(await findKeys()), {
        issuer,
        algorithms: ALGORITHMS,
        currentDate: now,
        requiredClaims: ["exp"],
      });
      const audiences = payload.aud ?? payload["client_id"] ?? [];
      if (![audiences].flat().some((value) => typeof value === "string" && audience.includes(value))) {
        throw new errors.JWTInvalid("the token does not have a valid audience");
      }
      if (payload.iat !== undefined && payload.iat > now.getTime() / 1000) {
        throw new errors.JWTInvalid("the token was issued in the future");
      }
      return payload;
    } catch (error) {
      const why =
        error instanceof errors.JOSEError ? error.message : "OIDC discovery endpoint communication error";
      const description = why.replaceAll(/["\\]/g, "'");
      throw refused(why, `Bearer scope="" error="invalid_token" error_description="${description}"`);
    }
  }
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const { jwks_uri: jwksUri } = Discovery.parse(await response.json());
  return createRemoteJWKSet(new URL(jwksUri), { cacheMaxAge: KEY_CACHE_MS });
}

/** jose takes a key without one where there is only one. */
function requireKid(getKey: JWTVerifyGetKey): JWTVerifyGetKey {
  return (header, token) => {
    if (header.kid === undefined) throw new errors.JWSInvalid("the token has no kid");
    return getKey(header, token);
  };
}

function scopesOf(payload: JWTPayload): string[] {
  const scopes = payload["scope"] ?? payload["scp"] ?? [];
  return [scopes].flat().flatMap((text) => (typeof text === "string" ? text.split(" ") : []));
}

/** Each as text: a list in brackets, without commas. */
function toClaims(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value)
        ? `[${value.join(" ")}]`
        : typeof value === "string"
          ? value
          : JSON.stringify(value),
    ]),
  );
}

function refused(why: string, challenge: string): HttpApiError {
  return new HttpApiError(401, why, { challenge });
}
