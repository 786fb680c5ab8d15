import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Credentials } from "./credentials.ts";
import { deriveSigningKey, hmacSha256 } from "./signing-key.ts";
import { uriEncode, uriEncodeKey } from "./uri-encode.ts";

export interface PresignOptions {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** `https://host[:port]` */
  origin: string;
  /** Decoded, with a leading `/`: `/key`, or `/bucket/key` in path style. */
  path: string;
  /** Decoded names and values, signed with the request. */
  query?: Record<string, string>;
  /** Signed, so that the holder must send exactly these; lower-case names, without `host`. */
  headers?: Record<string, string>;
  credentials: Credentials;
  region: string;
  /** Seconds, 1 to 604,800 */
  expiresIn: number;
  signedAt: Date;
}

/**
 * Sign a request in its query string (Signature Version 4, payload unsigned), as a URL that anybody
 * who holds it can send. The same URL, byte for byte, as the AWS SDK's presigner makes.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presign(options: PresignOptions): string {
  const { head, tail } = presignedUrlAround(options);
  return `${head}${bytesToHex(signQuery(options))}${tail}`;
}

/** The presigned URL without its signature, which stands between `head` and `tail`. */
export function presignedUrlAround(options: PresignOptions): { head: string; tail: string } {
  const query = [...signedQuery(options), ["X-Amz-Signature", ""] as const].toSorted(byName);
  const at = query.findIndex(([name]) => name === "X-Amz-Signature");
  const path = uriEncodeKey(options.path);
  return {
    head: `${options.origin}${path}?${joinQuery(query.slice(0, at + 1))}`,
    tail: `&${joinQuery(query.slice(at + 1))}`,
  };
}

/** The signature alone, 32 bytes. */
export function signQuery(options: PresignOptions): Uint8Array {
  const digest = bytesToHex(sha256(utf8ToBytes(canonicalRequest(options))));
  return hmacSha256(signingKeyOf(options), stringToSignHead(options) + digest);
}

/** Step 1 of Signature Version 4. */
export function canonicalRequest(options: PresignOptions): string {
  const headers = canonicalHeadersOf(options);
  return [
    options.method,
    uriEncodeKey(options.path),
    joinQuery(signedQuery(options).toSorted(byName)),
    ...headers.map(([name, value]) => `${name}:${value}`),
    "",
    headers.map(([name]) => name).join(";"),
    "UNSIGNED-PAYLOAD",
  ].join("\n");
}

/** Step 2, up to the digest of the canonical request, which is its end. */
export function stringToSignHead(options: PresignOptions): string {
  const { scope, timestamp } = scopeOf(options);
  return `AWS4-HMAC-SHA256\n${timestamp}\n${scopeText(scope)}\n`;
}

/** Step 3. */
export function signingKeyOf(options: PresignOptions): Uint8Array {
  return deriveSigningKey(options.credentials, scopeOf(options).scope);
}

type Pair = readonly [name: string, value: string];

function signedQuery(options: PresignOptions): Pair[] {
  const { scope, timestamp } = scopeOf(options);
  const { accessKeyId, sessionToken } = options.credentials;
  const query: Pair[] = [
    ...Object.entries(options.query ?? {}),
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", `${accessKeyId}/${scopeText(scope)}`],
    ["X-Amz-Date", timestamp],
    ["X-Amz-Expires", String(options.expiresIn)],
    [
      "X-Amz-SignedHeaders",
      canonicalHeadersOf(options)
        .map(([name]) => name)
        .join(";"),
    ],
  ];
  if (sessionToken !== undefined) query.push(["X-Amz-Security-Token", sessionToken]);
  return query;
}

function canonicalHeadersOf(options: PresignOptions): Pair[] {
  const host = options.origin.slice(options.origin.indexOf("://") + 3);
  return [...Object.entries(options.headers ?? {}), ["host", host] as const]
    .map(([name, value]): Pair => [name, value.trim().replace(/\s+/g, " ")])
    .toSorted(byName);
}

function scopeOf({ signedAt, region }: PresignOptions) {
  const timestamp = signedAt.toISOString().replace(/[-:]|\.\d+/g, ""); // 20130524T000000Z
  return { timestamp, scope: { date: timestamp.slice(0, 8), region, service: "s3" } };
}

function scopeText(scope: { date: string; region: string; service: string }): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

function joinQuery(query: readonly Pair[]): string {
  return query.map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`).join("&");
}

// By code unit, as AWS asks for; names are ASCII.
function byName([a]: Pair, [b]: Pair): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
