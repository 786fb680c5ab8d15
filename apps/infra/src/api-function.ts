import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { BUNDLES, codeOf } from "./bundles.ts";
import { createFunction } from "./create-function.ts";
import { keyParameterName, type DeployedKeys, type KeyName } from "./deployed-keys.ts";
import type { Identity } from "./identity.ts";

/** The gateway waits no longer. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const GATEWAY_TIMEOUT = Duration.seconds(29);

/** Which secret each of these variables is. */
const SECRETS: Record<string, KeyName> = {
  WAYBILL_TOKEN_KEYS: "token",
  WAYBILL_DOOR_KEYS: "door",
  WAYBILL_CLOUDFRONT_KEYS: "cloudfront",
};

/** What the API gets told: see apps/lambda/src/env.ts. */
export function apiEnvironment(options: {
  stage: string;
  files: IBucket;
  identity: Identity;
  roles: { signing: Role; vending: Role };
  keys: DeployedKeys;
  /** Where each of the ways begins that are not straight to the store. */
  urls: { lambda: string; stream: string | undefined; apigateway: string; cloudfront: string };
  /** CloudFront's ids of keys, by our own. */
  keyPairIds: Record<string, string>;
  cookieDomain: string | undefined;
}): Record<string, string> {
  const { stage, files, identity, roles, keys, urls, keyPairIds, cookieDomain } = options;
  // Which version: so a function that is running is replaced when a key is.
  const secrets = Object.entries(SECRETS).map(([variable, name]) => [
    `${variable}_PARAMETER`,
    `${keyParameterName(stage, name)}:${keys[name].version}`,
  ]);
  return {
    WAYBILL_S3_BUCKET: files.bucketName,
    WAYBILL_SIGNING_ROLE_ARN: roles.signing.roleArn,
    WAYBILL_VENDING_ROLE_ARN: roles.vending.roleArn,
    WAYBILL_OIDC_ISSUER: identity.issuer,
    WAYBILL_OIDC_AUDIENCE: identity.audience.join(","),
    WAYBILL_OIDC_PAGE_CLIENT_ID: identity.pageClientId,
    WAYBILL_OIDC_PROGRAM_CLIENT_ID: identity.programClientId,
    WAYBILL_OIDC_PROGRAM_REDIRECT_URI: identity.programRedirectUri,
    WAYBILL_OIDC_SCOPE_PREFIX: identity.scopePrefix,
    WAYBILL_LAMBDA_URL: urls.lambda,
    ...(urls.stream === undefined ? {} : { WAYBILL_LAMBDA_STREAM_URL: urls.stream }),
    WAYBILL_APIGATEWAY_URL: urls.apigateway,
    WAYBILL_CLOUDFRONT_URL: urls.cloudfront,
    WAYBILL_CLOUDFRONT_KEY_IDS: Object.entries(keyPairIds)
      .map(([ours, theirs]) => `${ours}:${theirs}`)
      .join(","),
    ...(cookieDomain === undefined ? {} : { WAYBILL_COOKIE_DOMAIN: cookieDomain }),
    ...Object.fromEntries(secrets),
  };
}

/** Let the API's role read its secrets, each by its name. */
export function grantSecrets(role: Role, stage: string): void {
  const stack = Stack.of(role);
  const resources = Object.values(SECRETS).map((name) => {
    const resourceName = keyParameterName(stage, name).slice(1);
    return stack.formatArn({ service: "ssm", resource: "parameter", resourceName });
  });
  role.addToPolicy(new PolicyStatement({ actions: ["ssm:GetParameters"], resources }));
}

export function createApiFunction(
  scope: Construct,
  options: { role: Role; environment: Record<string, string> },
): LambdaFunction {
  return createFunction(scope, "Api", {
    ...options,
    description: "The API of Waybill",
    code: codeOf(BUNDLES.api),
    handler: "handler.handler",
    timeout: GATEWAY_TIMEOUT,
  });
}
