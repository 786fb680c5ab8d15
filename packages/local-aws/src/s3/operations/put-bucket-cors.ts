import { readBody } from "../body/read-body.ts";
import { parseCorsXml, toCorsXml } from "../cors/cors-xml.ts";
import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html (64 KB) */
const MAX_BODY_BYTES = 64 * 1024;

export const putBucketCors: S3Operation = {
  name: "PutBucketCors",
  takesBody: true,
  async run({ request, store }) {
    requireBucket(store, request);
    const { bytes, isProtected } = await readBody({ ...request, maxBytes: MAX_BODY_BYTES });
    if (!isProtected) {
      throw new S3Error("InvalidRequest", {
        message: "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
      });
    }
    store.buckets.setCors(request.bucket, toCorsXml(parseCorsXml(bytes)));
    return { status: 200 };
  },
};
