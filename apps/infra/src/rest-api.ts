import { Aws, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccessLogFormat,
  ApiDefinition,
  EndpointType,
  LogGroupLogDestination,
  SpecRestApi,
} from "aws-cdk-lib/aws-apigateway";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge, allObjectsOf } from "./acknowledge.ts";
import { BUNDLES, codeOf } from "./bundles.ts";
import { createFunction, createLogGroup } from "./create-function.ts";
import { doorPublicKeysText, type DeployedKeys } from "./deployed-keys.ts";
import { exceptOwnRecords } from "./own-records.ts";
import { createRestApiDefinition } from "@waybill/lambda/rest-api-definition";
import { THROTTLE } from "./throttle.ts";

/** It verifies a signature: a few milliseconds of a whole processor, and hardly more of a sixth. */
const AUTHORIZER_MEMORY_MB = 512;

/** Neither paths nor queries, which hold grants. */
const LOG_FIELDS = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  method: "$context.httpMethod",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  integrationStatus: "$context.integration.status",
  responseBytes: "$context.responseLength",
  authorizerStatus: "$context.authorizer.status",
  error: "$context.error.responseType",
};

export interface RestDoor {
  api: SpecRestApi;
  authorizer: LambdaFunction;
  /** With its stage, and without a slash at its end. */
  url: string;
}

/** The route `apigateway`: bytes go from the gateway to S3, with no function of ours in between. */
export function createRestDoor(
  scope: Construct,
  options: { files: Bucket; keys: DeployedKeys["door"]; origins: readonly string[] },
): RestDoor {
  const { files, keys, origins } = options;
  const place = new Construct(scope, "RestDoor");
  const { region } = Stack.of(scope);
  const authorizer = createAuthorizer(place, keys);
  const definition = createRestApiDefinition({
    bucket: files.bucketName,
    region,
    roleArn: createExecutionRole(place, files).roleArn,
    authorizerUri: `arn:${Aws.PARTITION}:apigateway:${region}:lambda:path/2015-03-31/functions/${authorizer.functionArn}/invocations`,
    allowedOrigins: origins,
  });
  const api = new SpecRestApi(place, "Api", {
    apiDefinition: ApiDefinition.fromInline(definition),
    endpointTypes: [EndpointType.REGIONAL],
    cloudWatchRole: true,
    cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN, // it is the Region's, and others may use it
    deployOptions: {
      stageName: "v1",
      throttlingRateLimit: THROTTLE.rateLimit,
      throttlingBurstLimit: THROTTLE.burstLimit,
      accessLogDestination: new LogGroupLogDestination(createLogGroup(place, "Log")),
      accessLogFormat: AccessLogFormat.custom(JSON.stringify(LOG_FIELDS)),
    },
  });
  authorizer.addPermission("Gateway", {
    principal: new ServicePrincipal("apigateway.amazonaws.com"),
    sourceArn: Stack.of(scope).formatArn({
      service: "execute-api",
      resource: api.restApiId,
      resourceName: "authorizers/*",
    }),
  });
  acknowledgeRestApi(api);
  return { api, authorizer, url: `https://${api.restApiId}.execute-api.${region}.${Aws.URL_SUFFIX}/v1` };
}

/** What the gateway may do in S3, for whoever has a grant: one key of the bucket at a time, as the authorizer names it. */
function createExecutionRole(scope: Construct, files: Bucket): Role {
  const role = new Role(scope, "ExecutionRole", {
    assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
    description: "With it the REST API of Waybill stores and fetches objects.",
  });
  role.addToPolicy(
    new PolicyStatement({ actions: ["s3:PutObject", "s3:GetObject"], resources: [files.arnForObjects("*")] }),
  );
  role.addToPolicy(exceptOwnRecords(files));
  acknowledge(role, { [allObjectsOf(files)]: "Which object it is says the authorizer, for each request." });
  return role;
}

/** It knows public keys, and may do nothing but say yes or no. */
function createAuthorizer(scope: Construct, keys: DeployedKeys["door"]): LambdaFunction {
  return createFunction(scope, "Authorizer", {
    description: "Verifies grants for the REST API of Waybill",
    code: codeOf(BUNDLES.api),
    handler: "rest-authorizer.handler",
    role: new Role(scope, "AuthorizerRole", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") }),
    environment: { WAYBILL_DOOR_PUBLIC_KEYS: doorPublicKeysText(keys) },
    timeout: Duration.seconds(5),
    memoryMb: AUTHORIZER_MEMORY_MB,
  });
}

function acknowledgeRestApi(api: SpecRestApi): void {
  acknowledge(api, {
    "AwsSolutions-APIG2":
      "Nothing of a request reaches S3 but its body, and what the authorizer has read from the grant.",
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]":
      "API Gateway's own, by which it writes access logs.",
  });
  acknowledge(api.deploymentStage, {
    "AwsSolutions-APIG3":
      "Nothing gets through without a signature, and a firewall sees 64 KB of a file at most.",
    "AwsSolutions-APIG6": "Execution logs hold headers and queries, and with them grants.",
  });
}
