import type { SignedRequest } from "../schemas/request.ts";
import { canonicalize, type RequestToSign } from "./canonical-request.ts";
import { toHex } from "./hex.ts";
import { ALGORITHM, scopedSigner, signatureOf, type SignerOptions } from "./scoped-signer.ts";

export interface SignRequestOptions extends RequestToSign, SignerOptions {
  /** The SHA-256 of the body in hexadecimal, which S3 then checks, or `UNSIGNED-PAYLOAD`. */
  payload: string;
}

/**
 * Sign a request in its headers (Signature Version 4), for whoever holds the credentials and sends it at
 * once: S3 takes it for 15 minutes. What a URL cannot do, this can: bind the body.
 *
 * @returns the request to send: its headers are those that were given, `authorization` and the `x-amz-*`
 *   that go with it. `host` is signed, too, and what sends the request adds it by itself
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signRequest(options: SignRequestOptions): SignedRequest {
  const { method, payload, credentials } = options;
  const { sessionToken } = credentials;
  const signer = scopedSigner(options);
  const headers = {
    ...options.headers,
    "x-amz-content-sha256": payload,
    "x-amz-date": signer.timestamp,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  const { text, signedHeaders, url } = canonicalize({ ...options, headers }, payload);
  const signature = toHex(signatureOf(signer, text));
  const authorization = `${ALGORITHM} Credential=${signer.credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { method, url, headers: { ...headers, authorization } };
}
