import { createHmac, timingSafeEqual } from "node:crypto";
import type { CredentialScope } from "./credential-scope.ts";

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function sign(options: {
  secretAccessKey: string;
  scope: CredentialScope;
  stringToSign: string;
}): string {
  const { date, region, service, terminal } = options.scope;
  const signingKey = [date, region, service, terminal].reduce<string | Buffer>(
    (key, text) => createHmac("sha256", key).update(text).digest(),
    `AWS4${options.secretAccessKey}`,
  );
  return createHmac("sha256", signingKey).update(options.stringToSign).digest("hex");
}

/** Takes as long for a near miss as for a far one. */
export function signaturesMatch(calculated: string, provided: string): boolean {
  const a = Buffer.from(calculated);
  const b = Buffer.from(provided);
  return a.length === b.length && timingSafeEqual(a, b);
}
