import { createHash } from "node:crypto";
import { percentDecode } from "../request-target.ts";
import { type CredentialScope, toScopeText } from "./credential-scope.ts";
import type { SignedMessage } from "./signed-message.ts";

export const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @returns text of one character per byte: hash it as latin1
 */
export function toCanonicalRequest(
  message: SignedMessage,
  options: { signedHeaders: readonly string[]; payloadHash: string },
): string {
  const names = options.signedHeaders.toSorted();
  return [
    message.method,
    toCanonicalPath(message.rawPath),
    toCanonicalQuery(message),
    ...names.map((name) => `${name}:${toCanonicalValue(message.headers.get(name) ?? "")}`),
    "",
    names.join(";"),
    options.payloadHash,
  ].join("\n");
}

export function toStringToSign(options: {
  amzDate: string;
  scope: CredentialScope;
  canonicalRequest: string;
}): string {
  const hash = createHash("sha256").update(options.canonicalRequest, "latin1").digest("hex");
  return [ALGORITHM, options.amzDate, toScopeText(options.scope), hash].join("\n");
}

/**
 * Every octet encoded once, whichever way the client wrote it; for S3 alone, `.` and `..` stay and
 * nothing is encoded twice.
 */
function toCanonicalPath(rawPath: string): string {
  return rawPath
    .split("/")
    .map((segment) => uriEncode(percentDecode(segment)).replaceAll("%2F", "/"))
    .join("/");
}

function toCanonicalQuery({ queryParameters }: SignedMessage): string {
  return queryParameters
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .toSorted(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function toCanonicalValue(value: string): string {
  return value.trim().replaceAll(/ +/g, " ");
}

/** RFC 3986: all but the unreserved characters. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** By code unit; the texts are ASCII by now. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
