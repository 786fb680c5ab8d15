import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html */
export const deleteBucketCors: S3Operation = {
  name: "DeleteBucketCors",
  actions: () => ["s3:PutBucketCORS"],
  async run({ request, store }) {
    requireBucket(store, request);
    store.buckets.setSetting(request.bucket, "cors", undefined);
    return { status: 204 };
  },
};
