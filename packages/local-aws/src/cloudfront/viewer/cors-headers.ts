import type { CorsConfig } from "../config/policies.ts";
import { globSource } from "../path-pattern.ts";

export interface CorsRequest {
  /** The header. */
  origin: string | undefined;
  isPreflight: boolean;
}

/**
 * What a response headers policy adds for a page of another origin. Whether a preflight is answered at all is for the
 * origin to say.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html#understanding-response-headers-policies-cors
 *
 * @returns nothing for an origin that is not allowed, and a viewer that names none
 */
export function toCorsHeaders(config: CorsConfig, viewer: CorsRequest): Record<string, string> {
  const { origin } = viewer;
  const allowed = config.AccessControlAllowOrigins.Items.find(
    (pattern) => origin !== undefined && matchesOrigin(pattern, origin),
  );
  if (origin === undefined || allowed === undefined) return {};
  const exposed = config.AccessControlExposeHeaders?.Items ?? [];
  return {
    "access-control-allow-origin": allowed === "*" ? "*" : origin,
    ...(allowed === "*" ? {} : { vary: "Origin" }),
    ...(config.AccessControlAllowCredentials ? { "access-control-allow-credentials": "true" } : {}),
    ...(exposed.length > 0 ? { "access-control-expose-headers": exposed.join(",") } : {}),
    ...(viewer.isPreflight ? toPreflightHeaders(config) : {}),
  };
}

function toPreflightHeaders(config: CorsConfig): Record<string, string> {
  const methods = config.AccessControlAllowMethods.Items;
  const maxAge = config.AccessControlMaxAgeSec;
  return {
    "access-control-allow-methods": (methods.includes("ALL") ? ALL : methods).join(","),
    "access-control-allow-headers": config.AccessControlAllowHeaders.Items.join(","),
    ...(maxAge === undefined ? {} : { "access-control-max-age": String(maxAge) }),
  };
}

const ALL = ["GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** Without a scheme a pattern is for both. */
function matchesOrigin(pattern: string, origin: string): boolean {
  if (pattern === "*") return true;
  const scheme = pattern.includes("://") ? "" : "https?:\\/\\/";
  return new RegExp(`^${scheme}${globSource(pattern)}$`).test(origin);
}
