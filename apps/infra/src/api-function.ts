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

/** Everything that both of the API's functions, the gateway's and the URL's, get told. */
export function apiEnvironment(
  scope: Construct,
  options: {
    stage: string;
    files: IBucket;
    identity: Identity;
    roles: { api: Role; signing: Role; vending: Role };
    keys: DeployedKeys;
  },
): Record<string, string> {
  const { stage, files, identity, roles, keys } = options;
  const secrets: Record<string, KeyName> = { WAYBILL_TOKEN_KEYS: "token" };
  const names = Object.entries(secrets).map(([variable, name]) => ({
    variable,
    parameter: keyParameterName(stage, name),
    version: keys[name].version,
  }));
  roles.api.addToPolicy(
    new PolicyStatement({
      actions: ["ssm:GetParameters"],
      resources: names.map(({ parameter }) =>
        Stack.of(scope).formatArn({
          service: "ssm",
          resource: "parameter",
          resourceName: parameter.slice(1),
        }),
      ),
    }),
  );
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
    // Which version: so a function that is running is replaced when a key is.
    ...Object.fromEntries(
      names.map(({ variable, parameter, version }) => [`${variable}_PARAMETER`, `${parameter}:${version}`]),
    ),
  };
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
