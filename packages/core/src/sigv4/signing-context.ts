import {
  createCanonicalizer,
  type CanonicalRequest,
  type QueryParameter,
  type RequestToSign,
} from "./canonical-request.ts";
import type { Credentials } from "./credentials.ts";
import { ALGORITHM, scopedSigner, type ScopedSigner, type SignerOptions } from "./scoped-signer.ts";
import { uriEncode } from "./uri-encode.ts";

/** Who signs, for where, when and for how long. */
export interface SigningOptions extends SignerOptions {
  /** Seconds, 1 to 604,800 */
  expiresIn: number;
}

/** What all requests share that are signed in their query by the same, for the same time. */
export interface SigningContext extends Pick<ScopedSigner, "key" | "stringToSignHead"> {
  /** Step 1 of Signature Version 4 */
  canonicalize: (request: RequestToSign) => CanonicalRequest;
}

export function signingContext(options: SigningOptions): SigningContext {
  const { credentials, expiresIn } = options;
  const { timestamp, credential, stringToSignHead, key } = scopedSigner(options);
  const parameters: QueryParameter[] = [
    ["X-Amz-Algorithm", ALGORITHM],
    ["X-Amz-Credential", uriEncode(credential)],
    ["X-Amz-Date", timestamp],
    ["X-Amz-Expires", String(expiresIn)],
  ];
  if (credentials.sessionToken !== undefined)
    parameters.push(["X-Amz-Security-Token", encodedToken(credentials, credentials.sessionToken)]);
  return { canonicalize: createCanonicalizer(parameters), stringToSignHead, key };
}

// Encoding a token of a thousand characters takes nearly as long as hashing it, and it stays for hours.
const encodedTokens = new WeakMap<Credentials, { token: string; encoded: string }>();

function encodedToken(credentials: Credentials, token: string): string {
  let known = encodedTokens.get(credentials);
  if (known?.token !== token) {
    known = { token, encoded: uriEncode(token) };
    encodedTokens.set(credentials, known);
  }
  return known.encoded;
}
