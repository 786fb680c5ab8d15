import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html */
export const deleteBucketTagging: S3Operation = {
  name: "DeleteBucketTagging",
  actions: () => ["s3:PutBucketTagging"],
  async run({ request, store }) {
    requireBucket(store, request);
    store.buckets.setSetting(request.bucket, "tagging", undefined);
    return { status: 204 };
  },
};
