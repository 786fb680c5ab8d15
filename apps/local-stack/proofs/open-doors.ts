import { PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3";
import type { ApiDeps } from "@waybill/api";
import type { StoreToUse } from "@waybill/api/testing";
import { createCookieSigner } from "@waybill/core";
import { doorSigner, makeDoorKeys } from "@waybill/lambda/testing/door-keys";
import { setFunctionEnv } from "@waybill/lambda/testing/function-env";
import { distributionBucketPolicy } from "@waybill/lambda/testing/local-distribution";
import { openDistribution } from "@waybill/lambda/testing/open-distribution";
import { openRestApi } from "@waybill/lambda/testing/open-rest-api";
import { createHttpApi } from "@waybill/local-aws";
import { lambdaContext } from "../src/lambda-context.ts";

/** Through what bytes can go besides straight to the store. */
export interface OpenDoors extends AsyncDisposable {
  deps: Pick<ApiDeps, "doors" | "cookies">;
}

/**
 * The bundles that are deployed, behind the stand-ins of gateways and CloudFront. They read the environment once: one set of
 * doors for each process.
 */
export async function openDoors(store: StoreToUse): Promise<OpenDoors> {
  const { dataDir } = store;
  if (dataDir === undefined) throw new Error("CloudFront stands before a stand-in only.");
  await letCloudFrontIn(store);
  const now = () => new Date();
  const keys = makeDoorKeys("d1");
  setFunctionEnv(store, keys, {
    WAYBILL_DOOR_PUBLIC_KEYS: keys.publicText,
    WAYBILL_LAMBDA_URL: "https://lambda.example",
  });
  const { handler } = await import("@waybill/lambda/handler");
  const lambda = await createHttpApi({ invoke: (event) => handler(event, lambdaContext()) });
  const { roleArn } = store.sts;
  const rest = await openRestApi({ store, roleArn, keys, allowedOrigins: [] });
  const { cloudFront, signer, key } = await openDistribution({
    store,
    dataDir,
    keys,
    origins: [],
    clock: now,
  });
  return {
    deps: {
      doors: {
        lambda: doorSigner("lambda", { url: () => lambda.endpoint, keys }),
        apigateway: doorSigner("apigateway", { url: () => rest.api.endpoint, keys }),
        cloudfront: signer,
      },
      cookies: createCookieSigner({ url: cloudFront.endpoint, key, scope: { domain: "127.0.0.1" }, now }),
    },
    async [Symbol.asyncDispose]() {
      await cloudFront.close();
      await rest[Symbol.asyncDispose]();
      await lambda.close();
    },
  };
}

async function letCloudFrontIn({ bucket, ...store }: StoreToUse): Promise<void> {
  const client = new S3Client({ ...store, forcePathStyle: true });
  const Policy = JSON.stringify(distributionBucketPolicy(bucket));
  await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  client.destroy();
}
