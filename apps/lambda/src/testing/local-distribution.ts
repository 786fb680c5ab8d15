import {
  CORS_MAX_AGE_SECONDS,
  EXPOSED_OBJECT_HEADERS,
  OWN_RECORDS_PREFIX,
  PAGE_REQUEST_HEADERS,
} from "@waybill/core";
import type { CloudFrontOptions, PolicySource } from "@waybill/local-aws";

const DISTRIBUTION_ID = "EWAYBILLLOCAL";
/** Of the door at the edge. */
export const DOOR_ARN = "arn:aws:lambda:us-east-1:000000000000:function:waybill-edge:1";

const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const CORS_S3_ORIGIN = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf";
const ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/**
 * What apps/infra deploys, to which a test there holds it: `*` hands out files to who has a signed URL or cookies, `/up/*` takes them
 * from who has a grant for our own door.
 *
 * @param options.publicKeys - SPKI in base64, by the ids that signatures name
 * @param options.origins - of the page
 */
export function toDistribution(options: {
  bucket: string;
  region: string;
  origins: readonly string[];
  publicKeys: ReadonlyMap<string, string>;
}): Required<Pick<CloudFrontOptions, "distributionId" | "distributionConfig" | "resources">> {
  const { bucket, region, origins, publicKeys } = options;
  const common = {
    TargetOriginId: "files",
    ViewerProtocolPolicy: "https-only",
    Compress: false, // a checksum is that of the bytes as they are stored
    ResponseHeadersPolicyId: "pages",
  };
  return {
    distributionId: DISTRIBUTION_ID,
    distributionConfig: {
      Enabled: true,
      Origins: [
        {
          Id: "files",
          DomainName: `${bucket}.s3.${region}.amazonaws.com`,
          OriginAccessControlId: "files",
          S3OriginConfig: {},
        },
      ],
      DefaultCacheBehavior: {
        ...common,
        AllowedMethods: ["GET", "HEAD", "OPTIONS"],
        CachePolicyId: "files",
        OriginRequestPolicyId: CORS_S3_ORIGIN,
        TrustedKeyGroups: ["signers"],
      },
      CacheBehaviors: [
        {
          ...common,
          PathPattern: "/up/*",
          AllowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
          CachePolicyId: CACHING_DISABLED,
          OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
          LambdaFunctionAssociations: [{ EventType: "viewer-request", LambdaFunctionARN: DOOR_ARN }],
        },
      ],
    },
    resources: {
      originAccessControls: {
        files: { OriginAccessControlOriginType: "s3", SigningBehavior: "always", SigningProtocol: "sigv4" },
      },
      cachePolicies: { files: CACHE_POLICY },
      keyGroups: { signers: { Items: [...publicKeys.keys()] } },
      publicKeys: Object.fromEntries(
        [...publicKeys].map(([id, spki]) => [
          id,
          { EncodedKey: `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----` },
        ]),
      ),
      responseHeadersPolicies: { pages: toResponseHeaders(origins) },
    },
  };
}

/** What lets the distribution in, and no other, but not to what the API keeps for itself. */
export function distributionBucketPolicy(
  bucket: string,
  actions = ["s3:GetObject", "s3:PutObject"],
): PolicySource {
  const Principal = { Service: "cloudfront.amazonaws.com" };
  const distributionArn = `arn:aws:cloudfront::000000000000:distribution/${DISTRIBUTION_ID}`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal,
        Action: actions,
        Resource: `arn:aws:s3:::${bucket}/*`,
        Condition: { StringEquals: { "aws:SourceArn": distributionArn } },
      },
      {
        Effect: "Deny",
        Principal,
        Action: "s3:*",
        Resource: `arn:aws:s3:::${bucket}/${OWN_RECORDS_PREFIX}*`,
      },
    ],
  };
}

/** What a grant may say of the answer is a part of its URL. */
const CACHE_POLICY = {
  MinTTL: 0,
  DefaultTTL: 300,
  MaxTTL: 300,
  ParametersInCacheKeyAndForwardedToOrigin: {
    CookiesConfig: { CookieBehavior: "none" as const },
    EnableAcceptEncodingBrotli: false,
    EnableAcceptEncodingGzip: false,
    HeadersConfig: { HeaderBehavior: "none" as const },
    QueryStringsConfig: {
      QueryStringBehavior: "whitelist" as const,
      QueryStrings: ["response-content-disposition", "response-content-type"],
    },
  },
};

function toResponseHeaders(origins: readonly string[]) {
  return {
    CorsConfig: {
      AccessControlAllowCredentials: true, // signed cookies
      AccessControlAllowHeaders: {
        Items: [...PAGE_REQUEST_HEADERS, "x-amz-checksum-crc64nvme", "x-amz-sdk-checksum-algorithm"],
      },
      AccessControlAllowMethods: { Items: ["GET" as const, "HEAD" as const, "PUT" as const] },
      AccessControlAllowOrigins: { Items: [...origins] },
      AccessControlExposeHeaders: { Items: [...EXPOSED_OBJECT_HEADERS] },
      AccessControlMaxAgeSec: CORS_MAX_AGE_SECONDS,
      OriginOverride: false, // the bucket knows more of it
    },
    SecurityHeadersConfig: {
      ContentTypeOptions: { Override: true },
      ContentSecurityPolicy: {
        ContentSecurityPolicy:
          "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
        Override: true,
      },
      // Browsers look away: there is no TLS here.
      StrictTransportSecurity: {
        AccessControlMaxAgeSec: 31_536_000,
        IncludeSubdomains: true,
        Override: true,
      },
    },
  };
}
