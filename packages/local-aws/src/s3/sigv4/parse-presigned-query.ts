import { MAX_PRESIGN_SECONDS } from "@waybill/core/s3-limits";
import { S3Error } from "../s3-error.ts";
import { parseAmzDate } from "./amz-date.ts";
import { ALGORITHM } from "./canonical-request.ts";
import { parseCredential } from "./credential-scope.ts";
import type { SignatureClaim } from "./signature-claim.ts";
import { queryValue, type SignedMessage } from "./signed-message.ts";

const REQUIRED_PARAMETERS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Signature",
  "X-Amz-Date",
  "X-Amz-SignedHeaders",
  "X-Amz-Expires",
] as const;

/** Any one of them is enough: a URL that lost some must not pass for an unsigned one. */
export function isPresigned(message: SignedMessage): boolean {
  return REQUIRED_PARAMETERS.some((name) => queryValue(message, name) !== undefined);
}

/**
 * Read the `X-Amz-…` parameters of a presigned URL.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * @throws {S3Error} `AuthorizationQueryParametersError`
 */
export function parsePresignedQuery(message: SignedMessage): SignatureClaim {
  const required = (name: (typeof REQUIRED_PARAMETERS)[number]): string => {
    const values = message.queryParameters.filter(([parameter]) => parameter === name);
    const [only] = values;
    if (only === undefined || only[1] === "" || values.length > 1) {
      throw malformed(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      );
    }
    return only[1];
  };
  const algorithm = required("X-Amz-Algorithm");
  const credential = parseCredential(required("X-Amz-Credential"));
  const signature = required("X-Amz-Signature");
  const amzDate = required("X-Amz-Date");
  const signedHeaders = required("X-Amz-SignedHeaders");
  const expiresInSeconds = parseExpires(required("X-Amz-Expires"));
  if (algorithm !== ALGORITHM) throw malformed(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  if (credential === undefined) {
    throw malformed(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  const signedAt = parseAmzDate(amzDate);
  if (signedAt === undefined) {
    throw malformed(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  return {
    form: "query",
    ...credential,
    signedHeaders: signedHeaders.toLowerCase().split(";"),
    signature,
    amzDate,
    signedAt,
    expiresInSeconds,
    // A header has to be signed to get here, and then it counts.
    sessionToken: message.headers.get("x-amz-security-token") ?? queryValue(message, "X-Amz-Security-Token"),
    // Without the header a presigned body is unsigned; with it, its value counts.
    payloadHash:
      message.headers.get("x-amz-content-sha256") ??
      queryValue(message, "X-Amz-Content-Sha256") ??
      "UNSIGNED-PAYLOAD",
  };
}

function parseExpires(text: string): number {
  if (!/^-?\d+$/.test(text)) throw malformed("X-Amz-Expires should be a number");
  const seconds = Number(text);
  if (seconds < 0) throw malformed("X-Amz-Expires must be non-negative");
  if (seconds === 0) throw malformed("X-Amz-Expires must be at least 1 second");
  if (seconds > MAX_PRESIGN_SECONDS) {
    throw malformed(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${MAX_PRESIGN_SECONDS} seconds`,
    );
  }
  return seconds;
}

function malformed(message: string): S3Error {
  return new S3Error("AuthorizationQueryParametersError", { message });
}
