import type { IncomingMessage } from "node:http";

export interface HttpApiCors {
  /** Each an origin, or `*` for all. */
  allowOrigins: readonly string[];
  allowHeaders: readonly string[];
  allowMethods: readonly string[];
  /** Whether pages may send and be given cookies; then each origin has to be named. */
  allowCredentials?: boolean;
  exposeHeaders?: readonly string[];
  maxAge?: number; // seconds
}

/** @throws {Error} for what browsers would take no cookies by */
export function checkCors({ allowCredentials, allowOrigins }: HttpApiCors): void {
  if (allowCredentials === true && allowOrigins.includes("*"))
    throw new Error("With credentials no origin may be *: name those that are meant.");
}

export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === "OPTIONS" &&
    headers.origin !== undefined &&
    headers["access-control-request-method"] !== undefined
  );
}

/**
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 *
 * @returns nothing for an origin that is not allowed: the browser then refuses by itself
 */
export function toHttpApiCorsHeaders(message: IncomingMessage, cors: HttpApiCors): Record<string, string> {
  const { origin } = message.headers;
  const allowed = cors.allowOrigins.find((pattern) => pattern === "*" || pattern === origin);
  if (origin === undefined || allowed === undefined) return {};
  const exposed = cors.exposeHeaders ?? [];
  return {
    "access-control-allow-origin": allowed,
    ...(allowed === "*" ? {} : { vary: "origin" }),
    ...(cors.allowCredentials === true ? { "access-control-allow-credentials": "true" } : {}),
    ...(exposed.length > 0 ? { "access-control-expose-headers": exposed.join(",") } : {}),
    ...(isPreflight(message) ? toPreflightHeaders(cors) : {}),
  };
}

/** A gateway with CORS configured lets none of the function's own through. */
export function withoutCorsHeaders<T>(headers: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("access-control-")));
}

function toPreflightHeaders(cors: HttpApiCors): Record<string, string> {
  return {
    "access-control-allow-methods": cors.allowMethods.join(","),
    "access-control-allow-headers": cors.allowHeaders.join(","),
    ...(cors.maxAge === undefined ? {} : { "access-control-max-age": String(cors.maxAge) }),
  };
}
