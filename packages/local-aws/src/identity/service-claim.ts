import { parseAmzDate, toAmzDate } from "../s3/sigv4/amz-date.ts";
import { ALGORITHM } from "../s3/sigv4/canonical-request.ts";
import { type CredentialScope, parseCredential } from "../s3/sigv4/credential-scope.ts";
import { queryValue, type SignedMessage } from "../s3/sigv4/signed-message.ts";
import { ServiceAuthError } from "./service-auth-error.ts";

/** What a request to STS or SQS says about its own signature, read but not yet believed. */
export interface ServiceClaim {
  accessKeyId: string;
  scope: CredentialScope;
  /** In lower case. */
  signedHeaders: readonly string[];
  signature: string;
  amzDate: string;
  signedAt: Date;
  sessionToken: string | undefined;
}

/**
 * Read the `Authorization` header, or the `X-Amz-…` parameters of a presigned request, whose `X-Amz-Expires`
 * only S3 knows.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 *
 * @throws {ServiceAuthError} `MissingAuthenticationToken`, `IncompleteSignature`
 */
export function parseServiceClaim(message: SignedMessage): ServiceClaim {
  const authorization = message.headers.get("authorization");
  if (authorization !== undefined) return parseHeader(authorization, message.headers);
  if (queryValue(message, "X-Amz-Signature") !== undefined) return parseQuery(message);
  throw new ServiceAuthError("MissingAuthenticationToken");
}

function parseHeader(authorization: string, headers: ReadonlyMap<string, string>): ServiceClaim {
  const [algorithm, ...rest] = authorization.trim().split(" ");
  if (algorithm !== ALGORITHM) throw incomplete(`The Authorization header has to begin with ${ALGORITHM}.`);
  const fields = new Map(
    rest
      .join(" ")
      .split(",")
      .map((field) => {
        const equals = field.indexOf("=");
        return [field.slice(0, Math.max(equals, 0)).trim(), field.slice(equals + 1).trim()] as const;
      }),
  );
  const find = (name: string): string => fields.get(name) ?? "";
  const missing = ["Credential", "Signature", "SignedHeaders"].filter((name) => find(name) === "");
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `Authorization header requires '${name}' parameter.`).join(" "));
  }
  return {
    ...requireCredential(find("Credential")),
    ...requireDate(headers.get("x-amz-date"), headers.get("date")),
    signedHeaders: toNames(find("SignedHeaders")),
    signature: find("Signature"),
    sessionToken: headers.get("x-amz-security-token"),
  };
}

function parseQuery(message: SignedMessage): ServiceClaim {
  const find = (name: string): string => queryValue(message, name) ?? "";
  const required = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Date"];
  const missing = required.filter((name) => find(name) === "");
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `AWS query-string parameters must include '${name}'.`).join(" "));
  }
  if (find("X-Amz-Algorithm") !== ALGORITHM) throw incomplete(`X-Amz-Algorithm has to be ${ALGORITHM}.`);
  return {
    ...requireCredential(find("X-Amz-Credential")),
    ...requireDate(find("X-Amz-Date"), undefined),
    signedHeaders: toNames(find("X-Amz-SignedHeaders")),
    signature: find("X-Amz-Signature"),
    sessionToken: queryValue(message, "X-Amz-Security-Token"),
  };
}

function requireCredential(text: string): { accessKeyId: string; scope: CredentialScope } {
  const credential = parseCredential(text);
  // What was given stays out of the answer: who puts a secret there by mistake should not find it in a log.
  if (credential !== undefined) return credential;
  throw incomplete(
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term",
  );
}

function requireDate(
  amzDate: string | undefined,
  httpDate: string | undefined,
): { amzDate: string; signedAt: Date } {
  const signedAt = amzDate === undefined ? new Date(httpDate ?? Number.NaN) : parseAmzDate(amzDate);
  if (signedAt !== undefined && !Number.isNaN(signedAt.getTime())) {
    return { amzDate: amzDate ?? toAmzDate(signedAt), signedAt };
  }
  throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
}

function toNames(signedHeaders: string): string[] {
  return signedHeaders.toLowerCase().split(";");
}

function incomplete(message: string): ServiceAuthError {
  return new ServiceAuthError("IncompleteSignature", { message });
}
