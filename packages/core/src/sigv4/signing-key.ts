import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Credentials } from "./credentials.ts";

export interface SigningScope {
  /** `YYYYMMDD`, in UTC */
  date: string;
  region: string;
  service: string;
}

/**
 * Step 3 of Signature Version 4: the key of one day, region and service.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function deriveSigningKey(credentials: Credentials, scope: SigningScope): Uint8Array {
  let key = hmacSha256(encoder.encode(`AWS4${credentials.secretAccessKey}`), scope.date);
  for (const text of [scope.region, scope.service, "aws4_request"]) key = hmacSha256(key, text);
  return key;
}

export function hmacSha256(key: Uint8Array, text: string): Uint8Array {
  return hmac(sha256, key, encoder.encode(text));
}

const encoder = new TextEncoder();
