import type { CachePolicyConfig, OriginRequestPolicyConfig } from "./policies.ts";

const NO_COOKIES = { CookieBehavior: "none" } as const;
const NO_HEADERS = { HeaderBehavior: "none" } as const;
const NO_QUERY = { QueryStringBehavior: "none" } as const;

/** Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
export const MANAGED_CACHE_POLICIES: ReadonlyMap<string, CachePolicyConfig> = new Map([
  [
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    {
      Name: "Managed-CachingDisabled",
      DefaultTTL: 0,
      MaxTTL: 0,
      MinTTL: 0,
      ParametersInCacheKeyAndForwardedToOrigin: {
        CookiesConfig: NO_COOKIES,
        EnableAcceptEncodingBrotli: false,
        EnableAcceptEncodingGzip: false,
        HeadersConfig: NO_HEADERS,
        QueryStringsConfig: NO_QUERY,
      },
    },
  ],
]);

/**
 * The parameters that are left out change the headers of S3's answer: who wants them takes a policy of his own.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
export const MANAGED_ORIGIN_REQUEST_POLICIES: ReadonlyMap<string, OriginRequestPolicyConfig> = new Map<
  string,
  OriginRequestPolicyConfig
>([
  [
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    {
      Name: "Managed-CORS-S3Origin",
      CookiesConfig: NO_COOKIES,
      HeadersConfig: {
        HeaderBehavior: "whitelist",
        Headers: ["origin", "access-control-request-headers", "access-control-request-method"],
      },
      QueryStringsConfig: NO_QUERY,
    },
  ],
  [
    "b689b0a8-53d0-40ab-baf2-68738e2966ac",
    {
      Name: "Managed-AllViewerExceptHostHeader",
      CookiesConfig: { CookieBehavior: "all" },
      HeadersConfig: { HeaderBehavior: "allExcept", Headers: ["host"] },
      QueryStringsConfig: {
        QueryStringBehavior: "allExcept",
        QueryStrings: ["response-content-type", "response-content-disposition", "response-content-encoding"],
      },
    },
  ],
]);
