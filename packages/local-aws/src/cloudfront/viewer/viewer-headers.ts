import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { CorsConfig, ResponseHeadersPolicyConfig, SecurityHeadersConfig } from "../config/policies.ts";
import { type CorsRequest, toCorsHeaders } from "./cors-headers.ts";

/**
 * What of S3's headers is for viewers.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html#response-s3-removed-headers
 */
export function fromOrigin(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !REMOVED.has(name)));
}

/**
 * With what CloudFront says of itself, and what the behaviour's policy adds.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
 */
export function toViewerHeaders(
  headers: OutgoingHttpHeaders,
  options: {
    policy: ResponseHeadersPolicyConfig | undefined;
    viewer: CorsRequest;
    resultType: string;
    via: string;
    requestId: string;
  },
): OutgoingHttpHeaders {
  const { policy, viewer, resultType, via, requestId } = options;
  const shared = policy?.CorsConfig === undefined ? headers : withCors(headers, policy.CorsConfig, viewer);
  return {
    ...withSecurity(shared, policy?.SecurityHeadersConfig ?? {}),
    via: joined(headers["via"], via),
    "x-cache": `${resultType} from cloudfront`,
    "x-amz-cf-id": requestId,
  };
}

/** Without an override, one such header of the origin's keeps all of the policy's out. */
function withCors(
  headers: OutgoingHttpHeaders,
  config: CorsConfig,
  viewer: CorsRequest,
): OutgoingHttpHeaders {
  const cors = toCorsHeaders(config, viewer);
  const entries = Object.entries(headers);
  const others = entries.filter(([name]) => !name.startsWith("access-control-"));
  const hasOwn = others.length < entries.length;
  if (Object.keys(cors).length === 0 || (hasOwn && !config.OriginOverride)) return headers;
  const vary = joined(headers["vary"], cors["vary"]);
  return { ...Object.fromEntries(others), ...cors, ...(vary === "" ? {} : { vary }) };
}

function withSecurity(headers: OutgoingHttpHeaders, config: SecurityHeadersConfig): OutgoingHttpHeaders {
  const { ContentSecurityPolicy, ContentTypeOptions, FrameOptions, ReferrerPolicy } = config;
  const { StrictTransportSecurity } = config;
  const added = {
    "content-security-policy": [ContentSecurityPolicy, ContentSecurityPolicy?.ContentSecurityPolicy],
    "x-content-type-options": [ContentTypeOptions, "nosniff"],
    "x-frame-options": [FrameOptions, FrameOptions?.FrameOption],
    "referrer-policy": [ReferrerPolicy, ReferrerPolicy?.ReferrerPolicy],
    "strict-transport-security": [StrictTransportSecurity, transportSecurity(StrictTransportSecurity)],
  } as const;
  const result = { ...headers };
  for (const [name, [setting, value]] of Object.entries(added)) {
    const isAdded = setting !== undefined && (setting.Override || result[name] === undefined);
    if (isAdded) result[name] = value;
  }
  return result;
}

function transportSecurity(config: SecurityHeadersConfig["StrictTransportSecurity"]): string {
  return [
    `max-age=${config?.AccessControlMaxAgeSec}`,
    ...(config?.IncludeSubdomains ? ["includeSubDomains"] : []),
    ...(config?.Preload ? ["preload"] : []),
  ].join("; ");
}

function joined(...values: (OutgoingHttpHeaders[string] | undefined)[]): string {
  return values.flat().filter(Boolean).join(", ");
}

const REMOVED: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "set-cookie",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-amz-id-2",
  "x-amz-request-id",
]);
