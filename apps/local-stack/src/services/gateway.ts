import { createSigningRole, createStsClient } from "@waybill/core/s3";
import { createRestApiDefinition } from "@waybill/lambda/rest-api-definition";
import { handler as authorize } from "@waybill/lambda/rest-authorizer";
import { createRestApi } from "@waybill/local-aws/rest-api";
import { runService } from "../run-service.ts";
import { GatewayServiceEnv } from "../service-env.ts";
import { webOrigins } from "../web-origins.ts";

/** The REST API that is deployed on AWS, and its authorizer, behind a stand-in of API Gateway. */
await runService(() => {
  const env = GatewayServiceEnv.parse(process.env);
  const region = env.AWS_REGION;
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY };
  const sts = { region, endpoint: env.WAYBILL_S3_ENDPOINT, credentials: async () => credentials };
  return createRestApi({
    port: env.WAYBILL_GATEWAY_PORT,
    definition: createRestApiDefinition({
      bucket: env.WAYBILL_S3_BUCKET,
      region,
      roleArn: env.WAYBILL_GATEWAY_ROLE_ARN,
      authorizerUri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/authorizer/invocations`,
      allowedOrigins: webOrigins(env.WAYBILL_WEB_PORT),
    }),
    region,
    s3Endpoint: env.WAYBILL_S3_ENDPOINT,
    assumeRole: createSigningRole({
      sts: () => createStsClient(sts),
      now: () => new Date(),
      roleArn: env.WAYBILL_GATEWAY_ROLE_ARN,
      sessionName: "gateway",
      durationSeconds: 3600,
    }),
    invokeAuthorizer: (event) => authorize(event),
    log: (line) => console.error(`gateway: ${line}`),
  });
});
