import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html */
export const deletePublicAccessBlock: S3Operation = {
  name: "DeletePublicAccessBlock",
  actions: () => ["s3:PutBucketPublicAccessBlock"],
  async run({ request, store }) {
    requireBucket(store, request);
    store.buckets.setSetting(request.bucket, "public-access-block", undefined);
    return { status: 204 }; // whether or not there was one
  },
};
