import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { handler as EdgeHandler } from "@waybill/lambda/edge";
import { writeEdgeBundle } from "@waybill/lambda/write-edge-bundle";
import { createCloudFront } from "@waybill/local-aws/cloudfront";
import { DOOR_ARN, toDistribution } from "@waybill/lambda/testing/local-distribution";
import { runService } from "../run-service.ts";
import { CloudFrontServiceEnv } from "../service-env.ts";
import { webOrigins } from "../web-origins.ts";

/** A stand-in of CloudFront, with the door that is bundled for its edges, before the stand-in of S3. */
await runService(async () => {
  const env = CloudFrontServiceEnv.parse(process.env);
  const doorKeys = [...env.WAYBILL_DOOR_PUBLIC_KEYS].map(([keyId, spki]) => ({ keyId, spki }));
  const module = writeEdgeBundle(join(env.WAYBILL_DATA_DIR, "edge"), doorKeys);
  const { handler }: { handler: typeof EdgeHandler } = await import(pathToFileURL(module).href);
  return createCloudFront({
    ...toDistribution({
      bucket: env.WAYBILL_S3_BUCKET,
      region: env.AWS_REGION,
      origins: webOrigins(env.WAYBILL_WEB_PORT),
      publicKeys: env.WAYBILL_CLOUDFRONT_PUBLIC_KEYS,
    }),
    port: env.WAYBILL_CLOUDFRONT_PORT,
    functions: { [DOOR_ARN]: handler },
    s3: {
      endpoint: env.WAYBILL_S3_ENDPOINT,
      region: env.AWS_REGION,
      dataDir: join(env.WAYBILL_DATA_DIR, "aws"),
    },
    loopbackIsSecure: true, // as browsers have it
    log: (line) => console.error(`edge: ${line}`),
  });
});
