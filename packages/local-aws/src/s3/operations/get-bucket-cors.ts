import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html */
export const getBucketCors: S3Operation = {
  name: "GetBucketCors",
  actions: () => ["s3:GetBucketCORS"],
  async run({ request, store }) {
    requireBucket(store, request);
    const corsXml = store.buckets.setting(request.bucket, "cors");
    if (corsXml === undefined) {
      throw new S3Error("NoSuchCORSConfiguration", { details: { BucketName: request.bucket } });
    }
    return { status: 200, body: corsXml };
  },
};
