import { join } from "node:path";
import { browserCorsRules, createLocalAws } from "@waybill/local-aws";
import { runService } from "../run-service.ts";
import { AwsServiceEnv } from "../service-env.ts";
import { webOrigins } from "../web-origins.ts";

await runService(() => {
  const env = AwsServiceEnv.parse(process.env);
  return createLocalAws({
    port: env.WAYBILL_AWS_PORT,
    dataDir: join(env.WAYBILL_DATA_DIR, "aws"),
    region: env.AWS_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    buckets: [{ name: env.WAYBILL_S3_BUCKET, cors: browserCorsRules(webOrigins(env.WAYBILL_WEB_PORT)) }],
    log: (line) => console.error(`store: ${line}`),
  });
});
