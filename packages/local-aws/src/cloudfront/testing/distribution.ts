import type { DistributionResources } from "../config/parse-distribution.ts";
import { KEY_RESOURCES } from "./signing-keys.ts";

export const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
export const FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:edge:1";

const ALL_METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"];

/** Everything goes on to S3, and nothing is asked for. */
export const OPEN_BEHAVIOR = {
  TargetOriginId: "bucket",
  ViewerProtocolPolicy: "allow-all",
  CachePolicyId: CACHING_DISABLED,
  OriginRequestPolicyId: ALL_BUT_HOST,
  AllowedMethods: ALL_METHODS,
};

/** In CloudFormation's shape, with one origin: the bucket `test-bucket`, signed for with origin access control. */
export function toDistributionConfig(
  behavior: object = {},
  rest: { CacheBehaviors?: readonly object[]; [field: string]: unknown } = {},
): Record<string, unknown> {
  return {
    Enabled: true,
    Origins: [
      {
        Id: "bucket",
        DomainName: "test-bucket.s3.us-east-1.amazonaws.com",
        S3OriginConfig: { OriginAccessIdentity: "" },
        OriginAccessControlId: "control",
      },
    ],
    DefaultCacheBehavior: { ...OPEN_BEHAVIOR, ...behavior },
    ...rest,
  };
}

export function toResources(resources: DistributionResources = {}): DistributionResources {
  return { ...KEY_RESOURCES, originAccessControls: { control: toControl("always") }, ...resources };
}

export function toControl(SigningBehavior: "always" | "no-override" | "never") {
  return { OriginAccessControlOriginType: "s3", SigningBehavior, SigningProtocol: "sigv4" } as const;
}
