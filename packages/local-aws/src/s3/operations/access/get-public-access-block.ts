import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";
import { S3Error } from "../../s3-error.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export const getPublicAccessBlock: S3Operation = {
  name: "GetPublicAccessBlock",
  actions: () => ["s3:GetBucketPublicAccessBlock"],
  async run({ request, store }) {
    requireBucket(store, request);
    const xml = store.buckets.setting(request.bucket, "public-access-block");
    if (xml !== undefined) return { status: 200, body: xml };
    throw new S3Error("NoSuchPublicAccessBlockConfiguration", { details: { BucketName: request.bucket } });
  },
};
