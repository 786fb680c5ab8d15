import { createHmac, timingSafeEqual } from "node:crypto";
import type { CredentialScope } from "./credential-scope.ts";

interface KeySource {
  secretAccessKey: string;
  scope: CredentialScope;
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function sign(options: KeySource & { stringToSign: string }): string {
  return signText(createSigningKey(options), options.stringToSign);
}

export function createSigningKey({ secretAccessKey, scope }: KeySource): Buffer {
  const { date, region, service, terminal } = scope;
  const dateKey = createHmac("sha256", `AWS4${secretAccessKey}`).update(date).digest();
  return [region, service, terminal].reduce(
    (key, text) => createHmac("sha256", key).update(text).digest(),
    dateKey,
  );
}

export function signText(signingKey: Buffer, stringToSign: string): string {
  return createHmac("sha256", signingKey).update(stringToSign).digest("hex");
}

/** Takes as long for a near miss as for a far one. */
export function signaturesMatch(calculated: string, provided: string): boolean {
  const a = Buffer.from(calculated);
  const b = Buffer.from(provided);
  return a.length === b.length && timingSafeEqual(a, b);
}
