import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";
import { S3Error } from "../../s3-error.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export const getBucketTagging: S3Operation = {
  name: "GetBucketTagging",
  actions: () => ["s3:GetBucketTagging"],
  async run({ request, store }) {
    requireBucket(store, request);
    const taggingXml = store.buckets.setting(request.bucket, "tagging");
    if (taggingXml === undefined) {
      throw new S3Error("NoSuchTagSet", { details: { BucketName: request.bucket } });
    }
    return { status: 200, body: taggingXml };
  },
};
