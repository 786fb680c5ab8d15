import { parsePublicAccessBlock, toPublicAccessBlockXml } from "../../access/public-access-block.ts";
import { readProtectedBody } from "../../body/read-body.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const putPublicAccessBlock: S3Operation = {
  name: "PutPublicAccessBlock",
  actions: () => ["s3:PutBucketPublicAccessBlock"],
  takesBody: true,
  async run({ request, store }) {
    const block = parsePublicAccessBlock(await readProtectedBody({ ...request, maxBytes: MAX_BODY_BYTES }));
    requireBucket(store, request); // time has passed while the body came
    store.buckets.setSetting(request.bucket, "public-access-block", toPublicAccessBlockXml(block));
    return { status: 200 };
  },
};
