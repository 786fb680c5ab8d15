import { S3Error } from "../s3-error.ts";
import { CORS_METHODS, type CorsRule } from "./cors-rule.ts";

type Headers = ReadonlyMap<string, string>;

/**
 * Answer a preflight.
 *
 * @param rules - `undefined` when the bucket has no CORS configuration
 * @returns the headers of a 200
 * @throws {S3Error} `BadRequest`, `AccessForbidden`
 */
export function toPreflightHeaders(
  headers: Headers,
  options: { rules: readonly CorsRule[] | undefined; resourceType: "BUCKET" | "OBJECT" },
): Record<string, string> {
  const origin = headers.get("origin");
  const method = headers.get("access-control-request-method");
  if (origin === undefined) {
    throw new S3Error("BadRequest", {
      message: "Insufficient information. Origin request header needed.",
    });
  }
  if (method === undefined || !CORS_METHODS.includes(method)) {
    throw new S3Error("BadRequest", {
      message: `Invalid Access-Control-Request-Method: ${method ?? "null"}`,
    });
  }
  const details = { Method: method, ResourceType: options.resourceType };
  if (options.rules === undefined) {
    throw new S3Error("AccessForbidden", {
      message: "CORSResponse: CORS is not enabled for this bucket.",
      details,
    });
  }
  const requested = splitHeaderNames(headers.get("access-control-request-headers"));
  const rule = options.rules.find(
    (candidate) =>
      matchesOrigin(candidate, origin, method) &&
      requested.every((name) =>
        candidate.allowedHeaders?.some((pattern) => matches(pattern.toLowerCase(), name)),
      ),
  );
  if (rule === undefined) {
    throw new S3Error("AccessForbidden", {
      message:
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      details,
    });
  }
  return {
    ...toHeaders(rule, origin),
    ...(requested.length > 0 ? { "access-control-allow-headers": requested.join(", ") } : {}),
  };
}

/** Headers for the answer, success or error, of a request that comes from a page. */
export function toCorsHeaders(
  request: { method: string; headers: Headers },
  rules: readonly CorsRule[],
): Record<string, string> {
  const origin = request.headers.get("origin");
  if (origin === undefined) return {};
  const rule = rules.find((candidate) => matchesOrigin(candidate, origin, request.method));
  return rule === undefined ? {} : toHeaders(rule, origin);
}

function toHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const isOpenToAll = rule.allowedOrigins.includes("*");
  return {
    "access-control-allow-origin": isOpenToAll ? "*" : origin,
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    ...(rule.exposeHeaders?.length ? { "access-control-expose-headers": rule.exposeHeaders.join(", ") } : {}),
    ...(rule.maxAgeSeconds === undefined ? {} : { "access-control-max-age": String(rule.maxAgeSeconds) }),
    ...(isOpenToAll ? {} : { "access-control-allow-credentials": "true" }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

function matchesOrigin(rule: CorsRule, origin: string, method: string): boolean {
  return (
    rule.allowedMethods.includes(method) && rule.allowedOrigins.some((pattern) => matches(pattern, origin))
  );
}

/** @param pattern - with at most one `*` */
function matches(pattern: string, text: string): boolean {
  const [start, end] = pattern.split("*");
  if (start === undefined || end === undefined) return text === start;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

function splitHeaderNames(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}
