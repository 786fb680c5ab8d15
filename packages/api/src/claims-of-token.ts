import type { ApiDeps } from "./context.ts";
import { placeOfKey } from "./policy.ts";
import type { Principal } from "./principal.ts";
import type { UploadClaims } from "./upload-token.ts";

/**
 * What the token of an upload says, as long as its holder may still upload there.
 *
 * @throws {WaybillError} `TOKEN_INVALID`, `TOKEN_EXPIRED`, `FORBIDDEN`, `OBJECT_NOT_FOUND`
 */
export async function claimsOfToken(
  { tokens, collections }: ApiDeps,
  principal: Principal,
  token: string,
): Promise<UploadClaims> {
  const claims = await tokens.verify(token, principal.id);
  placeOfKey(collections, principal, "create", claims.key);
  return claims;
}
