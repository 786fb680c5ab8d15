import type { RequestToSign } from "./canonical-request.ts";
import { toHex } from "./hex.ts";
import { signatureOf } from "./scoped-signer.ts";
import { signingContext, type SigningOptions } from "./signing-context.ts";

export interface PresignOptions extends RequestToSign, SigningOptions {}

/**
 * Sign a request in its query string (Signature Version 4, payload unsigned), as a URL that anybody
 * who holds it can send. The same URL, byte for byte, as the AWS SDK's presigner makes.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presign(options: PresignOptions): string {
  const context = signingContext(options);
  const { text, url } = context.canonicalize(options);
  return `${url.head}${toHex(signatureOf(context, text))}${url.tail}`;
}

/** The presigned URL without its signature, which stands between `head` and `tail`. */
export function presignedUrlAround(options: PresignOptions): { head: string; tail: string } {
  return signingContext(options).canonicalize(options).url;
}

/** The signature alone, 32 bytes. */
export function signQuery(options: PresignOptions): Uint8Array {
  const context = signingContext(options);
  return signatureOf(context, context.canonicalize(options).text);
}
