import type { Behavior } from "../config/parse-distribution.ts";
import type { HeadersConfig, QueryStringsConfig } from "../config/policies.ts";
import type { EdgeRequest } from "../edge/apply-function.ts";
import { headerValue, type HeaderList, withHeader } from "../header-list.ts";
import { withoutSignatureCookies } from "../viewer/signature-claim.ts";

/**
 * What of a viewer's request goes on to the origin: path and body, and of the rest what CloudFront always sends and
 * the policies name.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html
 *
 * @param options.via - as `via` names this edge
 */
export function toOriginRequest(
  request: EdgeRequest,
  behavior: Behavior,
  options: { via: string; requestId: string },
): EdgeRequest {
  const { headers } = request;
  const kept = headers.filter(([name]) => isForwarded(name.toLowerCase(), request.method, behavior));
  const cookie = headerValue(kept, "cookie");
  const ownHeaders: HeaderList = [
    ["Host", behavior.origin.domainName],
    ["User-Agent", headerValue(kept, "user-agent") ?? "Amazon CloudFront"],
    ["X-Forwarded-For", joined(headerValue(headers, "x-forwarded-for"), request.clientIp)],
    ["Via", joined(headerValue(headers, "via"), options.via)],
    ["X-Amz-Cf-Id", options.requestId],
    ...(cookie === undefined ? [] : cookieHeader(withoutSignatureCookies(cookie))),
  ];
  return {
    ...request,
    uri: `${behavior.origin.path}${request.uri}`,
    querystring: forwardedQuery(request.querystring, behavior),
    headers: ownHeaders.reduce((all, [name, value]) => withHeader(all, name, value), withoutCookies(kept)),
  };
}

function withoutCookies(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => name.toLowerCase() !== "cookie");
}

function cookieHeader(cookie: string): HeaderList {
  return cookie === "" ? [] : [["Cookie", cookie]];
}

function joined(before: string | undefined, own: string): string {
  return before === undefined ? own : `${before},${own}`;
}

function isForwarded(name: string, method: string, behavior: Behavior): boolean {
  if (NEVER_FORWARDED.has(name) || name.startsWith("x-edge-") || name.startsWith("x-amz-cf-")) return false;
  if (ALWAYS_FORWARDED.has(name)) return true;
  const { cachePolicy, originRequestPolicy } = behavior;
  const cacheKey = cachePolicy.ParametersInCacheKeyAndForwardedToOrigin;
  if (name === "cookie") {
    return [cacheKey, originRequestPolicy].some((policy) => policy?.CookiesConfig.CookieBehavior === "all");
  }
  if (name === "authorization" && isAuthorizationForwarded(method, behavior)) return true;
  return [cacheKey.HeadersConfig, originRequestPolicy?.HeadersConfig].some(
    (config) => config !== undefined && coversHeader(config, name),
  );
}

/** Not for requests whose answers CloudFront may keep, unless a policy says so. */
function isAuthorizationForwarded(method: string, { cachesOptions }: Behavior): boolean {
  return method === "OPTIONS" ? !cachesOptions : method !== "GET" && method !== "HEAD";
}

function coversHeader(config: HeadersConfig, name: string): boolean {
  if (config.HeaderBehavior === "none") return false;
  const isListed = config.Headers.some((listed) => listed.toLowerCase() === name);
  return config.HeaderBehavior === "whitelist" ? isListed : !isListed;
}

/** In its order and spelling: S3 reads it, and a signature covers it. */
function forwardedQuery(
  querystring: string,
  { cachePolicy, originRequestPolicy }: Pick<Behavior, "cachePolicy" | "originRequestPolicy">,
): string {
  const configs = [
    cachePolicy.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig,
    originRequestPolicy?.QueryStringsConfig,
  ];
  return querystring
    .split("&")
    .filter((parameter) => {
      const name = parameter.replace(/=.*/s, "");
      return parameter !== "" && configs.some((config) => config !== undefined && coversQuery(config, name));
    })
    .join("&");
}

function coversQuery(config: QueryStringsConfig, name: string): boolean {
  if (config.QueryStringBehavior === "none") return false;
  if (config.QueryStringBehavior === "all") return true;
  const isListed = config.QueryStrings.includes(name);
  return config.QueryStringBehavior === "whitelist" ? isListed : !isListed;
}

/**
 * Also without a policy. `Origin` is in Amazon's list as well, and yet S3 hears of it only where a policy forwards it, as
 * the pages about CORS say: here it is not sent without one.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-headers-behavior
 */
const ALWAYS_FORWARDED: ReadonlySet<string> = new Set([
  "cache-control",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "from",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "max-forwards",
  "pragma",
  "range",
  "request-range",
  "transfer-encoding",
  "warning",
]);

/** Whatever the policies say. */
const NEVER_FORWARDED: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
  "x-forwarded-proto",
  "x-real-ip",
]);
