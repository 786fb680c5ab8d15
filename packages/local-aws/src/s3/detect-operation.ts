import { CHUNKED_HEADERS } from "./body/chunked-body.ts";
import type { S3Operation, S3Request } from "./operation.ts";
import { type Route, ROUTES, type Target } from "./routes.ts";
import { S3Error } from "./s3-error.ts";

/** All that this stand-in knows, in Amazon's names. */
export const OPERATION_NAMES: readonly string[] = [
  ...new Set(ROUTES.map(({ operation }) => operation.name)),
  "PostObject", // which is told by its body
];

const METHODS: readonly string[] = ["GET", "HEAD", "PUT", "POST", "DELETE"];

/**
 * Which operation a request means. Whatever is not understood in full is refused: a stand-in that
 * ignores `?acl` would answer a question that nobody asked.
 *
 * @throws {S3Error} `NotImplemented`, `MethodNotAllowed`
 */
export function detectOperation(
  request: Pick<S3Request, "method" | "bucket" | "key" | "query" | "headers" | "payload">,
): S3Operation {
  const { method, query } = request;
  const target = targetOf(request);
  if (!METHODS.includes(method)) throw methodNotAllowed(method, target);
  const [route] = ROUTES.filter(
    (candidate) =>
      candidate.method === method &&
      candidate.target === target &&
      candidate.selectors.every((name) => query.has(name)) &&
      (candidate.header === undefined || request.headers.has(candidate.header)),
  ).toSorted((a, b) => countDemands(b) - countDemands(a));
  if (route === undefined) {
    const isForm = method === "POST" && target === "bucket"; // signed in a header, which is not known here
    const isPlain = [...query.keys()].every(isIgnored);
    throw isPlain && !isForm
      ? methodNotAllowed(method, target)
      : notImplemented(`${method} of a ${target} in this form`);
  }
  checkParameters(query, [...route.selectors, ...(route.operation.parameters ?? [])]);
  checkHeaders(request.headers, [
    ...(target === "service" ? [] : ["x-amz-expected-bucket-owner"]),
    ...(route.operation.headers ?? []),
    ...chunkedHeaders(request, route),
  ]);
  return route.operation;
}

function countDemands({ selectors, header }: Route): number {
  return selectors.length + (header === undefined ? 0 : 1);
}

function targetOf({ bucket, key }: Pick<S3Request, "bucket" | "key">): Target {
  if (key !== "") return "object";
  return bucket === "" ? "service" : "bucket";
}

function methodNotAllowed(method: string, target: Target): S3Error {
  return new S3Error("MethodNotAllowed", {
    details: { Method: method, ResourceType: target.toUpperCase() },
  });
}

/** S3 ignores parameters that begin with `x-`: authentication, and what clients add for their logs. */
function isIgnored(parameter: string): boolean {
  return /^x-/i.test(parameter);
}

function checkParameters(query: ReadonlyMap<string, string>, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name) && !isIgnored(name)) throw notImplemented(`query parameter ${name}`);
  }
}

function chunkedHeaders({ payload }: Pick<S3Request, "payload">, { operation }: Route): readonly string[] {
  if (payload.kind !== "chunked") return [];
  if (operation.takesChunks === undefined) throw notImplemented(`chunked payload of ${operation.name}`);
  return CHUNKED_HEADERS;
}

/** What every operation understands. */
const COMMON_HEADERS: readonly string[] = [
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-user-agent",
  "x-amz-cf-id", // which CloudFront adds, and S3 only logs
  "x-amz-sdk-checksum-algorithm",
  "x-amz-checksum-crc32",
  "x-amz-checksum-crc32c",
  "x-amz-checksum-crc64nvme",
  "x-amz-checksum-sha1",
  "x-amz-checksum-sha256",
];

/** @throws {S3Error} `NotImplemented` for an `x-amz-*` header that is neither common to all operations nor known */
export function checkHeaders(headers: ReadonlyMap<string, string>, known: readonly string[]): void {
  for (const name of headers.keys()) {
    if (!name.startsWith("x-amz-")) continue;
    const isKnown = [...COMMON_HEADERS, ...known].some((pattern) =>
      pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
    );
    if (!isKnown) throw notImplemented(`header ${name}`, { Header: name });
  }
}

function notImplemented(what: string, details: Record<string, string> = {}): S3Error {
  return new S3Error("NotImplemented", {
    message: `This stand-in does not implement what you asked for: ${what}.`,
    details,
    logNote: what,
  });
}
