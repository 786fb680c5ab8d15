import { S3Error } from "../s3-error.ts";
import { parseAmzDate } from "../sigv4/amz-date.ts";
import { ALGORITHM } from "../sigv4/canonical-request.ts";
import { type CredentialScope, findScopeProblem, parseCredential } from "../sigv4/credential-scope.ts";
import { fieldValue, type FormFields } from "./form-fields.ts";

/** What a form says about its own signature, read but not yet believed. */
export interface FormClaim {
  accessKeyId: string;
  scope: CredentialScope;
  signedAt: Date;
  sessionToken: string | undefined;
  /** In base64: the very text that was signed. */
  policy: string;
  signature: string;
}

/**
 * Read the fields that authenticate a form.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 *
 * @returns `undefined` for a form without any of them, which is anonymous even when it has a policy
 * @throws {S3Error} `InvalidArgument`, or `InvalidRequest` for Signature Version 2
 */
export function parseFormClaim(fields: FormFields, region: string): FormClaim | undefined {
  if (fields.has("awsaccesskeyid") || fields.has("signature")) {
    throw new S3Error("InvalidRequest", {
      message: `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
    });
  }
  if (!SIGNATURE_FIELDS.some((name) => fields.has(name.toLowerCase()))) return undefined;
  const algorithm = requireField(fields, "X-Amz-Algorithm");
  const credential = requireField(fields, "X-Amz-Credential");
  const amzDate = requireField(fields, "X-Amz-Date");
  const signature = requireField(fields, "X-Amz-Signature");
  const policy = requireField(fields, "policy");
  const signedAt = parseAmzDate(amzDate);
  if (algorithm !== ALGORITHM) {
    throw invalidArgument("X-Amz-Algorithm", algorithm, `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  }
  if (signedAt === undefined) {
    throw invalidArgument("X-Amz-Date", amzDate, "X-Amz-Date must be formated via ISO8601 Long format");
  }
  return {
    ...parseFormCredential(credential, { region, amzDate }),
    signedAt,
    sessionToken: fieldValue(fields, "x-amz-security-token"),
    policy,
    signature,
  };
}

/** @throws {S3Error} `InvalidArgument`, also for a field that comes behind the file */
export function requireField(fields: FormFields, name: string): string {
  const value = fieldValue(fields, name.toLowerCase());
  if (value !== undefined) return value;
  throw invalidArgument(
    name,
    "",
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
  );
}

const SIGNATURE_FIELDS = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"];

function parseFormCredential(
  credential: string,
  expected: { region: string; amzDate: string },
): { accessKeyId: string; scope: CredentialScope } {
  const name = "X-Amz-Credential";
  const parsed = parseCredential(credential);
  if (parsed === undefined) {
    const problem = credential.startsWith("/")
      ? "a non-empty Access Key (AKID) must be provided in the credential."
      : 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';
    throw invalidArgument(name, credential, problem);
  }
  const problem = findScopeProblem(parsed.scope, expected);
  if (problem === undefined) return parsed;
  throw invalidArgument(name, credential, problem.message ?? "", problem.details);
}

function invalidArgument(
  name: string,
  value: string,
  message: string,
  details: Record<string, string> = {},
): S3Error {
  return new S3Error("InvalidArgument", {
    message,
    details: { ArgumentName: name, ArgumentValue: value, ...details },
    logNote: message,
  });
}
