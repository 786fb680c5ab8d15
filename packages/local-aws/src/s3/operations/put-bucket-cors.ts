import { readProtectedBody } from "../body/read-body.ts";
import { parseCorsXml, toCorsXml } from "../cors/cors-xml.ts";
import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html (64 KB) */
const MAX_BODY_BYTES = 64 * 1024;

export const putBucketCors: S3Operation = {
  name: "PutBucketCors",
  actions: () => ["s3:PutBucketCORS"],
  takesBody: true,
  async run({ request, store }) {
    requireBucket(store, request);
    const bytes = await readProtectedBody({ ...request, maxBytes: MAX_BODY_BYTES });
    store.buckets.setSetting(request.bucket, "cors", toCorsXml(parseCorsXml(bytes)));
    return { status: 200 };
  },
};
