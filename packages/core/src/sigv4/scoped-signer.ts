import { amzTimestamp } from "./amz-timestamp.ts";
import type { Credentials } from "./credentials.ts";
import { toHex } from "./hex.ts";
import { hmacSha256, sha256, type HmacKey } from "./sha256/sha256.ts";
import { deriveSigningKey } from "./signing-key.ts";

/** Who signs, for where and when. */
export interface SignerOptions {
  credentials: Credentials;
  region: string;
  signedAt: Date;
}

/** What all signatures of one signer, Region and moment share, wherever they stand. */
export interface ScopedSigner {
  /** `20130524T000000Z` */
  timestamp: string;
  /** `AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request` */
  credential: string;
  /** Step 2 of Signature Version 4, up to the digest of the canonical request, which is its end. */
  stringToSignHead: string;
  /** Step 3 */
  key: HmacKey;
}

export const ALGORITHM = "AWS4-HMAC-SHA256";

export function scopedSigner({ credentials, region, signedAt }: SignerOptions): ScopedSigner {
  const timestamp = amzTimestamp(signedAt);
  const scope = { date: timestamp.slice(0, 8), region, service: "s3" };
  const scopeText = `${scope.date}/${region}/${scope.service}/aws4_request`;
  return {
    timestamp,
    credential: `${credentials.accessKeyId}/${scopeText}`,
    stringToSignHead: `${ALGORITHM}\n${timestamp}\n${scopeText}\n`,
    key: deriveSigningKey(credentials, scope),
  };
}

/**
 * Steps 2 and 4: the signature of a canonical request, 32 bytes.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureOf(
  { key, stringToSignHead }: Pick<ScopedSigner, "key" | "stringToSignHead">,
  canonicalRequest: string,
): Uint8Array {
  return hmacSha256(key, stringToSignHead + toHex(sha256(canonicalRequest)));
}
