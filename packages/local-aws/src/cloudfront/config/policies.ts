import * as z from "zod/mini";

/** Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-policies */
const MAX_NAMES = 10;

const Names = z.array(z.string().check(z.minLength(1))).check(z.maxLength(MAX_NAMES));

/** Which of the viewer's cookies go to the origin. S3 reads none, so that some of them would be the same as none. */
const CookiesConfig = z.strictObject({ CookieBehavior: z.enum(["none", "all"]) });

const QueryStringsConfig = z.union([
  z.strictObject({ QueryStringBehavior: z.literal("none"), QueryStrings: z.optional(z.tuple([])) }),
  z.strictObject({ QueryStringBehavior: z.literal("all"), QueryStrings: z.optional(z.tuple([])) }),
  z.strictObject({ QueryStringBehavior: z.enum(["whitelist", "allExcept"]), QueryStrings: Names }),
]);
export type QueryStringsConfig = z.infer<typeof QueryStringsConfig>;

const NoHeaders = z.strictObject({
  HeaderBehavior: z.literal("none"),
  Headers: z.optional(z.tuple([])),
});
const CacheHeadersConfig = z.union([
  NoHeaders,
  z.strictObject({ HeaderBehavior: z.literal("whitelist"), Headers: Names }),
]);
const OriginRequestHeadersConfig = z.union([
  NoHeaders,
  z.strictObject({ HeaderBehavior: z.enum(["whitelist", "allExcept"]), Headers: Names }),
]);
export type HeadersConfig = z.infer<typeof OriginRequestHeadersConfig>;

/** `AWS::CloudFront::CachePolicy` CachePolicyConfig. Nothing is kept here, but what is in the key goes to the origin. */
export const CachePolicyConfig = z
  .strictObject({
    Name: z.optional(z.string()),
    Comment: z.optional(z.string()),
    DefaultTTL: z.number(),
    MaxTTL: z.number(),
    MinTTL: z.number(),
    ParametersInCacheKeyAndForwardedToOrigin: z.strictObject({
      CookiesConfig,
      EnableAcceptEncodingBrotli: z.optional(z.boolean()),
      EnableAcceptEncodingGzip: z.boolean(),
      HeadersConfig: CacheHeadersConfig,
      QueryStringsConfig,
    }),
  })
  .check(z.refine(hasKeyOnlyWithCache, "a policy that caches nothing has nothing in its key"));
export type CachePolicyConfig = z.infer<typeof CachePolicyConfig>;

/** As CloudFront refuses it: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html */
function hasKeyOnlyWithCache(policy: {
  MaxTTL: number;
  ParametersInCacheKeyAndForwardedToOrigin: {
    CookiesConfig: { CookieBehavior: string };
    HeadersConfig: { HeaderBehavior: string };
    QueryStringsConfig: { QueryStringBehavior: string };
  };
}): boolean {
  const {
    CookiesConfig: cookies,
    HeadersConfig: headers,
    QueryStringsConfig: query,
  } = policy.ParametersInCacheKeyAndForwardedToOrigin;
  const behaviours = [cookies.CookieBehavior, headers.HeaderBehavior, query.QueryStringBehavior];
  return policy.MaxTTL > 0 || behaviours.every((behaviour) => behaviour === "none");
}

const NOT_IN_ORIGIN_REQUEST: ReadonlySet<string> = new Set(["accept-encoding", "authorization", "host"]);

/**
 * `AWS::CloudFront::OriginRequestPolicy` OriginRequestPolicyConfig. `allViewer` is refused: it takes along `Host`, by
 * which S3 finds the bucket.
 */
export const OriginRequestPolicyConfig = z
  .strictObject({
    Name: z.optional(z.string()),
    Comment: z.optional(z.string()),
    CookiesConfig,
    HeadersConfig: OriginRequestHeadersConfig,
    QueryStringsConfig,
  })
  .check(
    z.refine(
      ({ HeadersConfig: { HeaderBehavior, Headers = [] } }) =>
        HeaderBehavior !== "whitelist" ||
        !Headers.some((name: string) => NOT_IN_ORIGIN_REQUEST.has(name.toLowerCase())),
      "Accept-Encoding, Authorization and Host cannot be listed",
    ),
    z.refine(
      ({ HeadersConfig: { HeaderBehavior, Headers = [] } }) =>
        HeaderBehavior !== "allExcept" || Headers.some((name: string) => name.toLowerCase() === "host"),
      "Host must be excepted: S3 finds the bucket by it",
    ),
  );
export type OriginRequestPolicyConfig = z.infer<typeof OriginRequestPolicyConfig>;

const Items = <T extends z.ZodMiniType>(item: T) => z.strictObject({ Items: z.array(item) });

const METHODS = ["GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ALL"] as const;

const CorsConfig = z.strictObject({
  AccessControlAllowCredentials: z.boolean(),
  AccessControlAllowHeaders: Items(z.string()),
  AccessControlAllowMethods: Items(z.enum(METHODS)),
  // A scheme, or all of them, or one name with any subdomain before it: no other place for an asterisk.
  AccessControlAllowOrigins: Items(z.string().check(z.regex(/^(?:\*|(?:https?:\/\/)?(?:\*\.)?[^*/]+)$/))),
  AccessControlExposeHeaders: z.optional(Items(z.string())),
  AccessControlMaxAgeSec: z.optional(z.int()),
  OriginOverride: z.boolean(),
});
export type CorsConfig = z.infer<typeof CorsConfig>;

const Override = z.boolean();

const SecurityHeadersConfig = z.strictObject({
  ContentSecurityPolicy: z.optional(z.strictObject({ ContentSecurityPolicy: z.string(), Override })),
  ContentTypeOptions: z.optional(z.strictObject({ Override })),
  FrameOptions: z.optional(z.strictObject({ FrameOption: z.enum(["DENY", "SAMEORIGIN"]), Override })),
  ReferrerPolicy: z.optional(z.strictObject({ ReferrerPolicy: z.string(), Override })),
  StrictTransportSecurity: z.optional(
    z.strictObject({
      AccessControlMaxAgeSec: z.int(),
      IncludeSubdomains: z.optional(z.boolean()),
      Override,
      Preload: z.optional(z.boolean()),
    }),
  ),
});
export type SecurityHeadersConfig = z.infer<typeof SecurityHeadersConfig>;

/** `AWS::CloudFront::ResponseHeadersPolicy` ResponseHeadersPolicyConfig, of which CORS and security headers are known. */
export const ResponseHeadersPolicyConfig = z.strictObject({
  Name: z.optional(z.string()),
  Comment: z.optional(z.string()),
  CorsConfig: z.optional(CorsConfig),
  SecurityHeadersConfig: z.optional(SecurityHeadersConfig),
});
export type ResponseHeadersPolicyConfig = z.infer<typeof ResponseHeadersPolicyConfig>;

/** `AWS::CloudFront::OriginAccessControl` OriginAccessControlConfig, of S3. */
export const OriginAccessControlConfig = z.strictObject({
  Name: z.optional(z.string()),
  Description: z.optional(z.string()),
  OriginAccessControlOriginType: z.literal("s3"),
  SigningBehavior: z.enum(["always", "no-override", "never"]),
  SigningProtocol: z.literal("sigv4"),
});
export type OriginAccessControlConfig = z.infer<typeof OriginAccessControlConfig>;

/** `AWS::CloudFront::KeyGroup` KeyGroupConfig. */
export const KeyGroupConfig = z.strictObject({
  Name: z.optional(z.string()),
  Comment: z.optional(z.string()),
  /** Ids of public keys. Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-key-groups */
  Items: z.array(z.string()).check(z.minLength(1), z.maxLength(5)),
});

/** `AWS::CloudFront::PublicKey` PublicKeyConfig. */
export const PublicKeyConfig = z.strictObject({
  Name: z.optional(z.string()),
  Comment: z.optional(z.string()),
  CallerReference: z.optional(z.string()),
  /** PEM, RSA of 2,048 bits or ECDSA P-256. */
  EncodedKey: z.string(),
});
