import { describeStockTools } from "../e2e/describe-stock-tools.ts";
import { startStack } from "../e2e/start-stack.ts";
import { CEPH_TRUST, openOtherStore } from "./open-other-store.ts";

const isCeph = process.env["S3_KNOWN_DIFFERENCES"] === "ceph";

describeStockTools(
  `the server at ${process.env["S3_ENDPOINT"]}`,
  async () => {
    const store = await openOtherStore(process.env, isCeph ? { trustPolicy: CEPH_TRUST } : {});
    const stack = await startStack({
      variables: {
        WAYBILL_S3_BUCKET: store.bucket,
        WAYBILL_S3_ENDPOINT: store.endpoint,
        WAYBILL_S3_FORCE_PATH_STYLE: "true",
        WAYBILL_STS_ENDPOINT: store.sts.endpoint,
        WAYBILL_VENDING_ROLE_ARN: store.sts.roleArn,
        AWS_REGION: store.region,
        AWS_ACCESS_KEY_ID: store.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
      },
    });
    return {
      ...stack,
      async [Symbol.asyncDispose]() {
        await stack[Symbol.asyncDispose]();
        await store.close();
      },
    };
  },
  { createsOnce: !isCeph },
);
