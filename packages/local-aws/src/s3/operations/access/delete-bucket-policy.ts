import { requireOwner } from "../../access/require-owner.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
export const deleteBucketPolicy: S3Operation = {
  name: "DeleteBucketPolicy",
  actions: () => ["s3:DeleteBucketPolicy"],
  async run({ request, store, caller }) {
    requireOwner(caller, request);
    requireBucket(store, request);
    store.buckets.setSetting(request.bucket, "policy", undefined);
    return { status: 204 }; // whether or not there was one
  },
};
