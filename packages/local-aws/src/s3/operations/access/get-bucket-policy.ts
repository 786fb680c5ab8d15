import { requireBucketPolicy } from "../../access/require-bucket-policy.ts";
import { requireOwner } from "../../access/require-owner.ts";
import type { S3Operation } from "../../operation.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export const getBucketPolicy: S3Operation = {
  name: "GetBucketPolicy",
  actions: () => ["s3:GetBucketPolicy"],
  async run({ request, store, caller }) {
    requireOwner(caller, request);
    const policy = requireBucketPolicy(store, request);
    return { status: 200, headers: { "content-type": "application/json" }, body: policy };
  },
};
