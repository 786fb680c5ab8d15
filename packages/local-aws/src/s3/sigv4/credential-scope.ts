import type { S3ErrorOptions } from "../s3-error.ts";

/** `AKIA…/20130524/us-east-1/s3/aws4_request` without the key id. */
export interface CredentialScope {
  date: string; // yyyymmdd
  region: string;
  service: string;
  terminal: string;
}

export function parseCredential(
  credential: string,
): { accessKeyId: string; scope: CredentialScope } | undefined {
  const parts = credential.split("/");
  // An access key id has no slash at Amazon, but elsewhere it may: the scope is counted from the end.
  const [date, region, service, terminal] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join("/");
  if (!date || !region || !service || !terminal || !accessKeyId) return undefined;
  return { accessKeyId, scope: { date, region, service, terminal } };
}

export function toScopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/${scope.terminal}`;
}

/** @returns what is wrong with the scope, in Amazon's words */
export function findScopeProblem(
  scope: CredentialScope,
  expected: { region: string; amzDate: string },
): Pick<S3ErrorOptions, "message" | "details"> | undefined {
  if (!/^\d{8}$/.test(scope.date)) {
    return {
      message: `incorrect date format "${scope.date}". This date in the credential must be in the format "yyyyMMdd".`,
    };
  }
  if (scope.region !== expected.region) {
    return {
      message: `the region '${scope.region}' is wrong; expecting '${expected.region}'`,
      details: { Region: expected.region },
    };
  }
  if (scope.service !== "s3") {
    return { message: `incorrect service "${scope.service}". This endpoint belongs to "s3".` };
  }
  if (scope.terminal !== "aws4_request") {
    return { message: `incorrect terminal "${scope.terminal}". This endpoint uses "aws4_request".` };
  }
  if (scope.date !== expected.amzDate.slice(0, 8)) {
    return {
      message: `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${expected.amzDate.slice(0, 8)}".`,
    };
  }
  return undefined;
}
