import { S3Error } from "../s3-error.ts";
import { toCanonicalRequest, toStringToSign } from "./canonical-request.ts";
import { checkSignedHeaders } from "./check-signed-headers.ts";
import { checkTime } from "./check-time.ts";
import { findScopeProblem } from "./credential-scope.ts";
import { explainMismatch } from "./explain-mismatch.ts";
import { parseAuthorization } from "./parse-authorization.ts";
import { isPresigned, parsePresignedQuery } from "./parse-presigned-query.ts";
import { parsePayload, type Payload } from "./payload.ts";
import type { SignatureClaim } from "./signature-claim.ts";
import { sign, signaturesMatch } from "./signature.ts";
import { queryValue, type SignedMessage } from "./signed-message.ts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface Authentication {
  form: SignatureClaim["form"];
  accessKeyId: string;
  payload: Payload;
}

/**
 * Believe a request, or say in Amazon's words why not.
 *
 * This shares no code with any signer: a signer and a verifier that share code agree on the same bug.
 *
 * @throws {S3Error} with the code that Amazon documents for the first check that fails
 */
export function authenticate(
  message: SignedMessage,
  options: { credentials: Credentials; region: string; now: Date },
): Authentication {
  const { credentials, region, now } = options;
  const claim = parseClaim(message);
  checkScope(claim, region);
  if (claim.accessKeyId !== credentials.accessKeyId) {
    throw new S3Error("InvalidAccessKeyId", { details: { AWSAccessKeyId: claim.accessKeyId } });
  }
  checkTime(claim, now);
  checkSignedHeaders(message, claim);
  checkSessionToken(claim, credentials);
  const payload = parsePayload(claim, credentials.secretAccessKey);
  checkSignature(message, claim, credentials.secretAccessKey);
  return { form: claim.form, accessKeyId: claim.accessKeyId, payload };
}

function parseClaim(message: SignedMessage): SignatureClaim {
  const authorization = message.headers.get("authorization");
  const presigned = isPresigned(message);
  if (authorization !== undefined && presigned) {
    throw new S3Error("InvalidArgument", {
      message:
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
      details: { ArgumentName: "Authorization" },
    });
  }
  if (authorization !== undefined) return parseAuthorization(authorization, message);
  if (presigned) return parsePresignedQuery(message);
  if (queryValue(message, "AWSAccessKeyId") !== undefined) {
    throw new S3Error("InvalidRequest", {
      message: "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    });
  }
  throw new S3Error("AccessDenied", { logNote: "no credentials" });
}

function checkScope(claim: SignatureClaim, region: string): void {
  const problem = findScopeProblem(claim.scope, { region, amzDate: claim.amzDate });
  if (problem === undefined) return;
  if (claim.form === "header") {
    throw new S3Error("AuthorizationHeaderMalformed", {
      ...problem,
      message: `The authorization header is malformed; ${problem.message}`,
    });
  }
  throw new S3Error("AuthorizationQueryParametersError", {
    ...problem,
    message: `Error parsing the X-Amz-Credential parameter; ${problem.message}`,
  });
}

function checkSessionToken(claim: SignatureClaim, credentials: Credentials): void {
  // A temporary key does not exist for Amazon without its token.
  if (claim.sessionToken === undefined && credentials.sessionToken !== undefined) {
    throw new S3Error("InvalidAccessKeyId", {
      details: { AWSAccessKeyId: claim.accessKeyId },
      logNote: "the session token is missing",
    });
  }
  if (claim.sessionToken === credentials.sessionToken) return;
  throw new S3Error("InvalidToken", { logNote: "the session token is another one" });
}

function checkSignature(message: SignedMessage, claim: SignatureClaim, secretAccessKey: string): void {
  const canonicalRequest = toCanonicalRequest(message, claim);
  const stringToSign = toStringToSign({ ...claim, canonicalRequest });
  const calculated = sign({ secretAccessKey, scope: claim.scope, stringToSign });
  if (signaturesMatch(calculated, claim.signature)) return;
  throw new S3Error("SignatureDoesNotMatch", {
    details: {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: claim.signature,
      StringToSignBytes: toHexBytes(stringToSign),
      CanonicalRequest: canonicalRequest,
      CanonicalRequestBytes: toHexBytes(canonicalRequest),
    },
    logNote: explainMismatch(message, claim, secretAccessKey),
  });
}

/** `41 57 53 34`, as Amazon prints what it hashed. */
function toHexBytes(text: string): string {
  return Buffer.from(text, "latin1")
    .toString("hex")
    .replaceAll(/(..)(?=.)/g, "$1 ");
}
