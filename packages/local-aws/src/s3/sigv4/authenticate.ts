import { ANONYMOUS, type Caller } from "../../identity/caller.ts";
import type { Identities } from "../../identity/create-identities.ts";
import { S3Error } from "../s3-error.ts";
import { toCanonicalRequest, toStringToSign } from "./canonical-request.ts";
import { checkSignedHeaders } from "./check-signed-headers.ts";
import { checkTime } from "./check-time.ts";
import { findScopeProblem } from "./credential-scope.ts";
import { explainMismatch } from "./explain-mismatch.ts";
import { toHexBytes } from "./hex-bytes.ts";
import { parseAuthorization } from "./parse-authorization.ts";
import { isPresigned, parsePresignedQuery } from "./parse-presigned-query.ts";
import { parsePayload, parseUnsignedPayload, type Payload } from "./payload.ts";
import type { RequestSignature } from "./request-signature.ts";
import { requireAccessKey } from "./require-access-key.ts";
import type { SignatureClaim } from "./signature-claim.ts";
import { sign, signaturesMatch } from "./signature.ts";
import { queryValue, type SignedMessage } from "./signed-message.ts";

export interface Authentication {
  caller: Caller;
  /** Absent for an anonymous request. */
  signature: RequestSignature | undefined;
  payload: Payload;
}

/**
 * Believe a request, or say in Amazon's words why not. A request that does not claim to be signed is
 * anonymous: what that may do is for policies to say.
 *
 * This shares no code with any signer: a signer and a verifier that share code agree on the same bug.
 *
 * @throws {S3Error} with the code that Amazon documents for the first check that fails. A wrong scope wins
 *   over unsigned headers, those over an unknown or expired key, and that over a wrong signature
 */
export function authenticate(
  message: SignedMessage,
  options: { identities: Identities; region: string; now: Date },
): Authentication {
  const { identities, region, now } = options;
  const claim = parseClaim(message);
  if (claim === undefined) {
    return { caller: ANONYMOUS, signature: undefined, payload: parseUnsignedPayload(message.headers) };
  }
  checkScope(claim, region);
  checkTime(claim, now);
  checkSignedHeaders(message, claim);
  const { secretAccessKey, caller } = requireAccessKey(identities, claim, now);
  const payload = parsePayload(claim, secretAccessKey);
  checkSignature(message, claim, secretAccessKey);
  const { form, signedAt } = claim;
  return { caller, signature: { form, signedAt }, payload };
}

/** @returns `undefined` when nothing in the request speaks of a signature */
function parseClaim(message: SignedMessage): SignatureClaim | undefined {
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
  return undefined;
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
