import type { Credentials } from "./credentials.ts";
import { hmacKey, hmacSha256, type HmacKey } from "./sha256/sha256.ts";

export interface SigningScope {
  /** `YYYYMMDD`, in UTC */
  date: string;
  region: string;
  service: string;
}

// The last key of each credentials object; it goes when they go, and never serves others.
const known = new WeakMap<Credentials, { secretAccessKey: string; scope: SigningScope; key: HmacKey }>();

/**
 * Step 3 of Signature Version 4: the key of one day, region and service, derived once for as long as
 * these stay the same.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function deriveSigningKey(credentials: Credentials, scope: SigningScope): HmacKey {
  const { secretAccessKey } = credentials;
  const last = known.get(credentials);
  if (last !== undefined && last.secretAccessKey === secretAccessKey && isSame(last.scope, scope))
    return last.key;
  const key = derive(secretAccessKey, scope);
  known.set(credentials, { secretAccessKey, scope, key });
  return key;
}

function derive(secretAccessKey: string, scope: SigningScope): HmacKey {
  let key: Uint8Array = encoder.encode(`AWS4${secretAccessKey}`);
  for (const text of [scope.date, scope.region, scope.service, "aws4_request"])
    key = hmacSha256(hmacKey(key), text);
  return hmacKey(key);
}

function isSame(a: SigningScope, b: SigningScope): boolean {
  return a.date === b.date && a.region === b.region && a.service === b.service;
}

const encoder = new TextEncoder();
