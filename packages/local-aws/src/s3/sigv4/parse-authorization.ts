import { S3Error } from "../s3-error.ts";
import { parseAmzDate, toAmzDate } from "./amz-date.ts";
import { ALGORITHM } from "./canonical-request.ts";
import { parseCredential } from "./credential-scope.ts";
import type { SignatureClaim } from "./signature-claim.ts";
import type { SignedMessage } from "./signed-message.ts";

/**
 * Read the `Authorization` header.
 *
 * @throws {S3Error} `AuthorizationHeaderMalformed` and the like
 */
export function parseAuthorization(authorization: string, message: SignedMessage): SignatureClaim {
  const fields = parseFields(authorization);
  const credential = parseCredential(fields.get("Credential") ?? "");
  if (credential === undefined) {
    throw malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  const signedHeaders = fields.get("SignedHeaders");
  const signature = fields.get("Signature");
  if (!signedHeaders || !signature) {
    throw malformed(
      "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
    );
  }
  return {
    form: "header",
    ...credential,
    ...parseDate(message.headers),
    signedHeaders: signedHeaders.toLowerCase().split(";"),
    signature,
    expiresInSeconds: undefined,
    sessionToken: message.headers.get("x-amz-security-token"),
    payloadHash: requirePayloadHash(message.headers),
  };
}

function parseFields(authorization: string): Map<string, string> {
  const [algorithm, ...rest] = authorization.trim().split(" ");
  if (algorithm === "AWS") {
    throw new S3Error("InvalidRequest", {
      message: `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
    });
  }
  if (algorithm === "AWS4-ECDSA-P256-SHA256") throw new S3Error("NotImplemented");
  if (algorithm !== ALGORITHM) {
    throw new S3Error("InvalidArgument", {
      message: "Unsupported Authorization Type",
      details: { ArgumentName: "Authorization" },
    });
  }
  return new Map(
    rest
      .join(" ")
      .split(",")
      .map((field) => {
        const equals = field.indexOf("=");
        return [field.slice(0, Math.max(equals, 0)).trim(), field.slice(equals + 1).trim()];
      }),
  );
}

function parseDate(headers: ReadonlyMap<string, string>): { amzDate: string; signedAt: Date } {
  const amzDate = headers.get("x-amz-date");
  const httpDate = headers.get("date");
  const signedAt = amzDate === undefined ? new Date(httpDate ?? Number.NaN) : parseAmzDate(amzDate);
  if (signedAt === undefined || Number.isNaN(signedAt.getTime())) {
    throw new S3Error("AccessDenied", {
      message: "AWS authentication requires a valid Date or x-amz-date header",
    });
  }
  return { amzDate: amzDate ?? toAmzDate(signedAt), signedAt };
}

function requirePayloadHash(headers: ReadonlyMap<string, string>): string {
  const payloadHash = headers.get("x-amz-content-sha256");
  if (payloadHash === undefined) {
    throw new S3Error("InvalidRequest", {
      message: "Missing required header for this request: x-amz-content-sha256",
    });
  }
  return payloadHash;
}

function malformed(problem: string): S3Error {
  return new S3Error("AuthorizationHeaderMalformed", {
    message: `The authorization header is malformed; ${problem}`,
  });
}
