import { writeLifecycle } from "../../lifecycle/lifecycle-configuration.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html */
export const deleteBucketLifecycle: S3Operation = {
  name: "DeleteBucketLifecycle",
  actions: () => ["s3:PutLifecycleConfiguration"],
  async run({ request, store }) {
    requireBucket(store, request);
    writeLifecycle(store, request.bucket, undefined);
    return { status: 204 };
  },
};
