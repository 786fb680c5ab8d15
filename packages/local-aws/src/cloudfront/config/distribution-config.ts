import * as z from "zod/mini";

const READING = ["GET", "HEAD"];
const WITH_OPTIONS = [...READING, "OPTIONS"];
const ALL = [...WITH_OPTIONS, "PUT", "PATCH", "POST", "DELETE"];

const isOneOf = (sets: readonly (readonly string[])[]) => (methods: readonly string[]) =>
  sets.some((set) => new Set(methods).size === set.length && set.every((method) => methods.includes(method)));

/** Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowedHTTPMethods */
const AllowedMethods = z
  .array(z.string())
  .check(z.refine(isOneOf([READING, WITH_OPTIONS, ALL]), "CloudFront knows three sets of methods"));
const CachedMethods = z
  .array(z.string())
  .check(z.refine(isOneOf([READING, WITH_OPTIONS]), "GET and HEAD, or OPTIONS besides"));

const LambdaFunctionAssociation = z.strictObject({
  EventType: z.enum(["viewer-request", "origin-request"]),
  IncludeBody: z.optional(z.boolean()),
  /** Of a numbered version, in Virginia: no other can run at the edge. */
  LambdaFunctionARN: z.string().check(z.regex(/^arn:aws:lambda:us-east-1:\d{12}:function:[\w-]+:\d+$/)),
});

const behavior = {
  AllowedMethods: z._default(AllowedMethods, READING),
  CachedMethods: z._default(CachedMethods, READING),
  CachePolicyId: z.string(),
  Compress: z._default(z.boolean(), false),
  FieldLevelEncryptionId: z.optional(z.literal("")),
  FunctionAssociations: z.optional(z.tuple([])),
  LambdaFunctionAssociations: z._default(
    z
      .array(LambdaFunctionAssociation)
      .check(
        z.refine(
          (all) => new Set(all.map(({ EventType }) => EventType)).size === all.length,
          "one function for each event",
        ),
      ),
    [],
  ),
  OriginRequestPolicyId: z.optional(z.string()),
  ResponseHeadersPolicyId: z.optional(z.string()),
  SmoothStreaming: z.optional(z.literal(false)),
  TargetOriginId: z.string(),
  /** Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-key-groups */
  TrustedKeyGroups: z._default(z.array(z.string()).check(z.maxLength(4)), []),
  ViewerProtocolPolicy: z.enum(["allow-all", "redirect-to-https", "https-only"]),
};
const DefaultCacheBehavior = z.strictObject(behavior);
export type CacheBehavior = z.infer<typeof DefaultCacheBehavior>;

const PathPattern = z.string().check(z.regex(/^[\w\-.*$/~"'@:+&?]{1,255}$/));

const Origin = z.strictObject({
  Id: z.string(),
  /** Of a bucket, and neither of its website nor of another server. */
  DomainName: z
    .string()
    .check(z.regex(/^[a-z\d][a-z\d.-]{1,61}[a-z\d]\.s3(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com$/)),
  OriginAccessControlId: z.optional(z.string()),
  OriginPath: z._default(z.string().check(z.regex(/^(?:\/.*[^/])?$/)), ""),
  S3OriginConfig: z.strictObject({ OriginAccessIdentity: z.optional(z.literal("")) }),
});
export type Origin = z.infer<typeof Origin>;

/**
 * `DistributionConfig` of `AWS::CloudFront::Distribution`, with what it refers to as plain ids. Some of it says how
 * CloudFront is reached, billed or logged, and changes nothing that a viewer on loopback could see.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-distributionconfig.html
 */
export const DistributionConfig = z.strictObject({
  Aliases: z._default(z.array(z.string()), []),
  CacheBehaviors: z._default(
    z.array(z.strictObject({ ...behavior, PathPattern })).check(z.maxLength(75)),
    [],
  ),
  Comment: z.optional(z.string()),
  CustomErrorResponses: z.optional(z.tuple([])),
  DefaultCacheBehavior,
  DefaultRootObject: z.optional(z.literal("")),
  Enabled: z.literal(true),
  HttpVersion: z.optional(z.string()),
  IPV6Enabled: z.optional(z.boolean()),
  Logging: z.optional(
    z.strictObject({
      Bucket: z.string(),
      IncludeCookies: z.optional(z.boolean()),
      Prefix: z.optional(z.string()),
    }),
  ),
  Origins: z.array(Origin).check(z.minLength(1)),
  PriceClass: z.optional(z.string()),
  Restrictions: z.optional(
    z.strictObject({ GeoRestriction: z.strictObject({ RestrictionType: z.literal("none") }) }),
  ),
  ViewerCertificate: z.optional(
    z.strictObject({
      AcmCertificateArn: z.optional(z.string()),
      CloudFrontDefaultCertificate: z.optional(z.boolean()),
      MinimumProtocolVersion: z.optional(z.string()),
      SslSupportMethod: z.optional(z.string()),
    }),
  ),
});
