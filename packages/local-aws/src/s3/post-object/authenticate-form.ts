import { ANONYMOUS, type Caller } from "../../identity/caller.ts";
import type { Identities } from "../../identity/create-identities.ts";
import { S3Error } from "../s3-error.ts";
import { toHexBytes } from "../sigv4/hex-bytes.ts";
import type { RequestSignature } from "../sigv4/request-signature.ts";
import { requireAccessKey } from "../sigv4/require-access-key.ts";
import { sign, signaturesMatch } from "../sigv4/signature.ts";
import type { FormFields } from "./form-fields.ts";
import { type FormClaim, parseFormClaim } from "./parse-form-claim.ts";

export interface FormAuthentication {
  caller: Caller;
  /** Absent for an anonymous form, and so is the policy: nobody answers for it. */
  signature: RequestSignature | undefined;
  /** In base64. */
  policy: string | undefined;
}

/**
 * Believe a form, or say in Amazon's words why not. What was signed is its policy alone, which in turn covers
 * the other fields.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 *
 * @throws {S3Error}
 */
export function authenticateForm(
  fields: FormFields,
  options: { identities: Identities; region: string; now: Date },
): FormAuthentication {
  const { identities, region, now } = options;
  const claim = parseFormClaim(fields, region);
  if (claim === undefined) return { caller: ANONYMOUS, signature: undefined, policy: undefined };
  checkTime(claim, now);
  const { secretAccessKey, caller } = requireAccessKey(identities, claim, now);
  checkSignature(claim, secretAccessKey);
  return { caller, signature: { form: "post", signedAt: claim.signedAt }, policy: claim.policy };
}

/** Of a signing key: https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html */
const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_SKEW_MS = 15 * 60 * 1000;

function checkTime({ signedAt }: FormClaim, now: Date): void {
  const ageMs = now.getTime() - signedAt.getTime();
  if (ageMs > MAX_AGE_MS) {
    throw new S3Error("AccessDenied", {
      message: "Request has expired",
      logNote: "x-amz-date is more than a week ago",
    });
  }
  if (ageMs < -MAX_SKEW_MS) {
    throw new S3Error("AccessDenied", {
      message: "Request is not yet valid",
      logNote: "x-amz-date lies in the future",
    });
  }
}

function checkSignature({ accessKeyId, scope, policy, signature }: FormClaim, secretAccessKey: string): void {
  if (signaturesMatch(sign({ secretAccessKey, scope, stringToSign: policy }), signature)) return;
  throw new S3Error("SignatureDoesNotMatch", {
    details: {
      AWSAccessKeyId: accessKeyId,
      StringToSign: policy,
      SignatureProvided: signature,
      StringToSignBytes: toHexBytes(policy),
    },
    logNote: "the secret key or the policy",
  });
}
