import { Route, UPLOAD_LIFETIME_SECONDS, UploadPlanSchema, UserMetadata, WaybillError } from "@waybill/core";
import { errors, jwtVerify, SignJWT } from "jose";
import * as z from "zod/mini";

/** What a token says. The client never reads it; the server believes nothing else. */
const UploadClaims = z.object({
  sub: z.string(),
  key: z.string(),
  uploadId: z.optional(z.string()),
  collection: z.string(),
  fileName: z.string(),
  contentType: z.string(),
  metadata: UserMetadata,
  route: Route,
  plan: UploadPlanSchema,
});
export type UploadClaims = z.infer<typeof UploadClaims>;

export interface TokenKey {
  /** Names the key in the token's header, so that keys can be replaced while tokens are out. */
  kid: string;
  /** At least 32 bytes. */
  secret: Uint8Array;
}

export interface UploadTokens {
  issue(claims: UploadClaims): Promise<string>;
  /** @throws {WaybillError} `TOKEN_EXPIRED`, `TOKEN_INVALID` */
  verify(token: string, principalId: string): Promise<UploadClaims>;
}

const AUDIENCE = "waybill:upload";

/** Three parts, the last of 32 bytes, in the one spelling of base64url: jose would read others too. */
const ONE_SPELLING = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;

/**
 * Upload tokens: a JWS (HS256) of the claims.
 *
 * @param options.keys - the first one signs, all of them verify
 * @see https://www.rfc-editor.org/rfc/rfc7515
 */
export function createUploadTokens(options: { keys: readonly TokenKey[]; now: () => Date }): UploadTokens {
  const { keys, now } = options;
  const [signingKey] = keys;
  if (signingKey === undefined) throw new Error("There is no key to sign upload tokens with.");
  return {
    issue({ sub, ...claims }) {
      const { kid, secret } = signingKey;
      const issuedAt = Math.floor(now().getTime() / 1000);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", kid })
        .setSubject(sub)
        .setAudience(AUDIENCE)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + UPLOAD_LIFETIME_SECONDS)
        .sign(secret);
    },

    async verify(token, principalId) {
      if (!ONE_SPELLING.test(token)) throw new WaybillError("TOKEN_INVALID");
      try {
        const { payload } = await jwtVerify(token, ({ kid }) => secretOf(keys, kid), {
          algorithms: ["HS256"],
          audience: AUDIENCE,
          subject: principalId,
          currentDate: now(),
          requiredClaims: ["exp"],
        });
        return UploadClaims.parse(payload);
      } catch (error) {
        if (error instanceof errors.JWTExpired)
          throw new WaybillError("TOKEN_EXPIRED", undefined, { cause: error });
        throw new WaybillError("TOKEN_INVALID", undefined, { cause: error });
      }
    },
  };
}

function secretOf(keys: readonly TokenKey[], kid: string | undefined): Uint8Array {
  const key = keys.find((candidate) => candidate.kid === kid);
  if (key === undefined) throw new errors.JWSInvalid("no such key");
  return key.secret;
}
