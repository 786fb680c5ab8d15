import type { HeaderList } from "../header-list.ts";
import type { EdgeEventType } from "../limits.ts";

/** By name in lower case. */
export type EdgeHeaders = Record<string, { key?: string | undefined; value: string }[]>;

/**
 * As functions see them: without those that are kept from them, and as text in UTF-8, or in ISO-8859-1 where it is none.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
export function toEdgeHeaders(headers: HeaderList): EdgeHeaders {
  const edgeHeaders: EdgeHeaders = {};
  for (const [key, raw] of headers) {
    const name = key.toLowerCase();
    if (!isDisallowed(name)) (edgeHeaders[name] ??= []).push({ key, value: toText(raw) });
  }
  return edgeHeaders;
}

/** What a function returned; what it left alone stays as it came, whatever its encoding. */
export function fromEdgeHeaders(returned: EdgeHeaders, before: HeaderList): HeaderList {
  const exposed = toEdgeHeaders(before);
  return Object.entries(returned).flatMap(([name, entries]): HeaderList => {
    if (hasSameValues(entries, exposed[name])) {
      return before.filter(([candidate]) => candidate.toLowerCase() === name);
    }
    return entries.map(({ key = toStandardCase(name), value }) => [
      key,
      Buffer.from(value, "utf8").toString("latin1"),
    ]);
  });
}

/** @returns what a function may not do to headers, for the log; `undefined` when all is well */
export function findHeaderProblem(
  returned: EdgeHeaders,
  options: { exposed: EdgeHeaders; eventType: EdgeEventType },
): string | undefined {
  for (const [name, entries] of Object.entries(returned)) {
    const problem = findFormProblem(name, entries);
    if (problem !== undefined) return problem;
    if (isDisallowed(name)) return `${name} is not for functions`;
    if (name === "cloudfront-viewer-country" && options.exposed[name] === undefined) {
      return `${name} is CloudFront's to add`;
    }
  }
  return READ_ONLY[options.eventType].find(
    (name) => !hasSameValues(returned[name], options.exposed[name]),
  ) === undefined
    ? undefined
    : "a header that is read-only was changed";
}

/** The same for a response that a function makes up. */
export function findResponseHeaderProblem(headers: EdgeHeaders): string | undefined {
  for (const [name, entries] of Object.entries(headers)) {
    const problem = findFormProblem(name, entries);
    if (problem !== undefined) return problem;
    if (isDisallowed(name) || name === "transfer-encoding" || name === "via") {
      return `${name} is not for functions`;
    }
  }
  return undefined;
}

function findFormProblem(name: string, entries: EdgeHeaders[string]): string | undefined {
  if (!/^[!#$%&'*+.^_`|~\da-z-]+$/.test(name)) return "a header's name is not one in lower case";
  if (entries.some(({ key = name }) => key.toLowerCase() !== name)) return `${name} has the key of another`;
  return entries.some(({ value }) => /[\r\n\0]/.test(value))
    ? `${name} has a value that no header can have`
    : undefined;
}

function hasSameValues(a: EdgeHeaders[string] = [], b: EdgeHeaders[string] = []): boolean {
  return a.length === b.length && a.every(({ value }, index) => value === b[index]?.value);
}

function isDisallowed(name: string): boolean {
  return DISALLOWED.has(name) || name.startsWith("x-amz-cf-") || name.startsWith("x-edge-");
}

const DISALLOWED: ReadonlySet<string> = new Set([
  "client-cert",
  "client-cert-chain",
  "cloudfront-viewer-cert-pem",
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "trailer",
  "upgrade",
  "x-accel-buffering",
  "x-accel-charset",
  "x-accel-limit-rate",
  "x-accel-redirect",
  "x-amzn-auth",
  "x-amzn-cf-billing",
  "x-amzn-cf-id",
  "x-amzn-cf-xff",
  "x-amzn-errortype",
  "x-amzn-fle-profile",
  "x-amzn-header-count",
  "x-amzn-header-order",
  "x-amzn-lambda-integration-tag",
  "x-amzn-requestid",
  "x-cache",
  "x-forwarded-proto",
  "x-real-ip",
]);

/** `host` of an origin request is left alone here as well: S3 finds the bucket by it. */
const READ_ONLY: Record<EdgeEventType, readonly string[]> = {
  "viewer-request": ["cdn-loop", "content-length", "host", "transfer-encoding", "via"],
  "origin-request": [
    "accept-encoding",
    "cdn-loop",
    "content-length",
    "host",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "transfer-encoding",
    "via",
  ],
};

function toText(raw: string): string {
  const bytes = Buffer.from(raw, "latin1");
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : raw;
}

/** `content-type` is `Content-Type` where a function gives no key. */
function toStandardCase(name: string): string {
  return name.replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
