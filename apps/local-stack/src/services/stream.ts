import { EXPOSED_DOOR_HEADERS } from "@waybill/core";
import { createFunctionUrl } from "@waybill/local-aws/function-url";
import { installAwsLambdaGlobal } from "@waybill/local-aws/lambda-global";
import { STREAM_MS, lambdaContext } from "../lambda-context.ts";
import { runService } from "../run-service.ts";
import { StreamServiceEnv } from "../service-env.ts";
import { webOrigins } from "../web-origins.ts";

/** The handler that streams, as it is bundled for AWS, behind a stand-in of a Lambda Function URL. */
await runService(async () => {
  const env = StreamServiceEnv.parse(process.env);
  installAwsLambdaGlobal(); // before the handler is loaded, which asks it to stream
  const { handler } = await import("@waybill/lambda/stream-handler");
  return createFunctionUrl({
    port: env.WAYBILL_STREAM_PORT,
    handler,
    context: () => lambdaContext(STREAM_MS),
    cors: {
      allowOrigins: webOrigins(env.WAYBILL_WEB_PORT),
      allowMethods: ["GET"],
      allowHeaders: ["*"],
      exposeHeaders: EXPOSED_DOOR_HEADERS,
      maxAge: 600,
    },
    log: (line) => console.error(`stream: ${line.replace(/\/objects\/[^\s:]*/g, "/objects/…")}`),
  });
});
