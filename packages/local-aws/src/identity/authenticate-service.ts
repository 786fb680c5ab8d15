import { createHash } from "node:crypto";
import { toAmzDate } from "../s3/sigv4/amz-date.ts";
import { toCanonicalRequest, toStringToSign } from "../s3/sigv4/canonical-request.ts";
import { sign, signaturesMatch } from "../s3/sigv4/signature.ts";
import type { SignedMessage } from "../s3/sigv4/signed-message.ts";
import type { SignedCaller } from "./caller.ts";
import type { Identities } from "./create-identities.ts";
import { ServiceAuthError, type ServiceAuthErrorCode } from "./service-auth-error.ts";
import { parseServiceClaim, type ServiceClaim } from "./service-claim.ts";

/** Also how long a presigned request to STS lives, whatever it says of its expiry. */
const MAX_SKEW_MS = 15 * 60 * 1000;

/**
 * Believe a request to STS or SQS, in the order in which Amazon checks: scope, time, key and token, signature.
 *
 * @param options.body - whole: its hash is part of what is signed
 * @throws {ServiceAuthError}
 */
export function authenticateService(
  message: SignedMessage,
  options: {
    body: Buffer;
    service: "sts" | "sqs";
    identities: Identities;
    region: string;
    now: Date;
  },
): SignedCaller {
  const { identities, now } = options;
  const claim = parseServiceClaim(message);
  checkScope(claim, options);
  checkTime(claim, now);
  const found = identities.findAccessKey(claim, now);
  if (!found.ok) throw new ServiceAuthError(CODES[found.reason], { logNote: found.note });
  if (found.caller.kind === "service") {
    throw new ServiceAuthError("InvalidClientTokenId", { logNote: `${found.caller.service} calls S3 alone` });
  }
  checkSignature(message, claim, { secretAccessKey: found.secretAccessKey, body: options.body });
  return found.caller;
}

const CODES = {
  "unknown-key": "InvalidClientTokenId",
  "invalid-token": "InvalidClientTokenId",
  "expired-token": "ExpiredToken",
} as const satisfies Record<string, ServiceAuthErrorCode>;

function checkScope(
  { scope, amzDate }: ServiceClaim,
  { region, service }: { region: string; service: string },
): void {
  const problems = [
    scope.region === region ? "" : "Credential should be scoped to a valid region. ",
    scope.service === service ? "" : `Credential should be scoped to correct service: '${service}'. `,
    scope.terminal === "aws4_request"
      ? ""
      : "Credential should be scoped with a valid terminator: 'aws4_request'. ",
    scope.date === amzDate.slice(0, 8)
      ? ""
      : `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${amzDate.slice(0, 8)}', from '${amzDate}'. `,
  ];
  const message = problems.join("");
  if (message === "") return;
  throw new ServiceAuthError("SignatureDoesNotMatch", { message, logNote: message.trim() });
}

function checkTime({ amzDate, signedAt }: ServiceClaim, now: Date): void {
  const ageMs = now.getTime() - signedAt.getTime();
  if (Math.abs(ageMs) <= MAX_SKEW_MS) return;
  const limit = toAmzDate(new Date(now.getTime() - Math.sign(ageMs) * MAX_SKEW_MS));
  const message =
    ageMs > 0
      ? `Signature expired: ${amzDate} is now earlier than ${limit} (${toAmzDate(now)} - 15 min.)`
      : `Signature not yet current: ${amzDate} is still later than ${limit} (${toAmzDate(now)} + 15 min.)`;
  throw new ServiceAuthError("SignatureDoesNotMatch", { message, logNote: message });
}

function checkSignature(
  message: SignedMessage,
  claim: ServiceClaim,
  { secretAccessKey, body }: { secretAccessKey: string; body: Buffer },
): void {
  const payloadHash = createHash("sha256").update(body).digest("hex");
  const { signedHeaders } = claim;
  const unsigned = [...message.headers.keys()].filter(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !signedHeaders.includes(name),
  );
  const canonicalRequest = toCanonicalRequest(message, { signedHeaders, payloadHash });
  const stringToSign = toStringToSign({ ...claim, canonicalRequest });
  const calculated = sign({ secretAccessKey, scope: claim.scope, stringToSign });
  if (!signaturesMatch(calculated, claim.signature)) {
    throw new ServiceAuthError("SignatureDoesNotMatch", {
      logNote: "the secret key, or the value of something signed",
    });
  }
  if (unsigned.length === 0) return;
  const names = unsigned.map((name) => `'${name}'`).join(" and ");
  throw new ServiceAuthError("SignatureDoesNotMatch", {
    message: `${names} must be a 'SignedHeader' in the AWS Authorization.`,
    logNote: `not signed: ${unsigned.join(", ")}`,
  });
}
