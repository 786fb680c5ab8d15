import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: S3Operation = {
  name: "HeadBucket",
  actions: () => ["s3:ListBucket"],
  async run({ request, store, region }) {
    requireBucket(store, request);
    return { status: 200, headers: { "x-amz-bucket-region": region, "x-amz-access-point-alias": "false" } };
  },
};
