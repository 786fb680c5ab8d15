import { S3Error } from "../s3-error.ts";
import type { SignatureClaim } from "./signature-claim.ts";
import type { SignedMessage } from "./signed-message.ts";

/**
 * Refuse a request that carries a header which the signature should cover and does not.
 *
 * - `host` and every `x-amz-*` header, in both forms.
 * - `content-md5`: Amazon refuses a presigned upload whose Content-MD5 is not signed.
 *
 * `content-type` need not be signed: the SDK leaves it out of presigned URLs, and browsers add one to a
 * typed Blob (https://github.com/aws/aws-sdk-php/issues/1521).
 *
 * An unsigned `x-amz-content-sha256` on a presigned URL is let through, as Amazon does: its value
 * replaces UNSIGNED-PAYLOAD in the canonical request, so any other value fails there.
 *
 * `x-amz-cf-id` is added by CloudFront behind the signature of a viewer.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @throws {S3Error} `AccessDenied` with `HeadersNotSigned`
 */
export function checkSignedHeaders(message: SignedMessage, claim: SignatureClaim): void {
  const signed = new Set(claim.signedHeaders);
  const unsigned = [...message.headers.keys()]
    .filter((name) => mustBeSigned(name, claim.form) && !signed.has(name))
    .toSorted();
  if (unsigned.length === 0) return;
  throw new S3Error("AccessDenied", {
    message: "There were headers present in the request which were not signed",
    details: { HeadersNotSigned: unsigned.join(", ") },
    logNote: `not signed: ${unsigned.join(", ")}`,
  });
}

function mustBeSigned(name: string, form: SignatureClaim["form"]): boolean {
  if (name === "host") return true;
  if (name === "x-amz-cf-id") return false;
  if (form === "header") return name.startsWith("x-amz-");
  if (name === "x-amz-content-sha256") return false;
  return name.startsWith("x-amz-") || name === "content-md5";
}
