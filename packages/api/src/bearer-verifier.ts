import { WaybillError } from "@waybill/core";
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from "jose";
import * as z from "zod/mini";
import { principalOfClaims } from "./principal-of-claims.ts";
import type { Principal } from "./principal.ts";

/** @throws {WaybillError} `UNAUTHENTICATED` with the reason, `IDENTITY_UNREACHABLE` */
export type BearerVerifier = (token: string) => Promise<Principal>;

/** Signatures that anybody can check and only the provider can make. Never `none`, and nothing symmetric. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const FETCH_TIMEOUT_MS = 5000;
/** A key that was withdrawn is believed for as long; one that is new is looked up at once. */
const KEY_CACHE_MS = 3600_000;
/** Tokens that name keys which do not exist make us ask no more often than this. */
const COOLDOWN_MS = 30_000;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

/**
 * Verifies access tokens of one OpenID provider (JWTs, such as those of RFC 9068 and of Cognito). Its keys
 * are found by its discovery document, kept, and looked up again when a token names another.
 *
 * @param options.audiences - one of them must be in `aud` or, where a token has none, be its `client_id`,
 *   as in access tokens of Cognito
 * @param options.scopePrefix - see {@link principalOfClaims}
 * @param options.clockToleranceSeconds - by how much the provider's clock may differ from ours. Default 5
 */
export function createBearerVerifier(options: {
  issuer: string;
  audiences: readonly string[];
  scopePrefix?: string | undefined;
  clockToleranceSeconds?: number;
  now: () => Date;
}): BearerVerifier {
  const { issuer, audiences, scopePrefix, clockToleranceSeconds = 5, now } = options;
  const getKey = createKeyFinder(issuer);

  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, getKey, {
        issuer,
        algorithms: ALGORITHMS,
        clockTolerance: clockToleranceSeconds,
        currentDate: now(),
        requiredClaims: ["exp"],
      });
      const audience = [payload.aud ?? payload["client_id"]].flat();
      const isForUs = audience.some((it) => typeof it === "string" && audiences.includes(it));
      const principal = isForUs ? principalOfClaims(payload, { scopePrefix }) : undefined;
      if (principal !== undefined) return principal;
    } catch (error) {
      if (error instanceof WaybillError) throw error;
      if (error instanceof errors.JWTExpired) {
        throw new WaybillError("UNAUTHENTICATED", "Your login has expired: please log in again.");
      }
      if (!(error instanceof errors.JOSEError)) throw error;
    }
    throw new WaybillError("UNAUTHENTICATED", "This access token is not valid for this API.");
  };
}

/** Whatever keeps us from knowing the keys is no fault of the token's, and no reason to believe it. */
function createKeyFinder(issuer: string): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;

  async function find(): Promise<JWTVerifyGetKey> {
    try {
      return await (keys ??= discoverKeys(issuer));
    } catch (error) {
      keys = undefined; // so that the next one tries again
      throw error;
    }
  }

  return async (header, token) => {
    // Without it any key would do that fits.
    if (header.kid === undefined) throw new errors.JWSInvalid("There is no key id.");
    try {
      return await (
        await find()
      )(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported) throw error;
      throw new WaybillError("IDENTITY_UNREACHABLE", undefined, { cause: error });
    }
  };
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: "error" });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const discovery = Discovery.parse(await response.json());
  if (discovery.issuer !== issuer) throw new Error("The discovery document is of another issuer.");
  if (issuer.startsWith("https:") && !discovery.jwks_uri.startsWith("https:")) {
    throw new Error("The keys are not served by HTTPS.");
  }
  return createRemoteJWKSet(new URL(discovery.jwks_uri), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cacheMaxAge: KEY_CACHE_MS,
    cooldownDuration: COOLDOWN_MS,
  });
}
