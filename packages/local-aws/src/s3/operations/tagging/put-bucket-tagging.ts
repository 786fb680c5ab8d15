import { readProtectedBody } from "../../body/read-body.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";
import { checkBucketTags } from "../../tagging/tag.ts";
import { parseTaggingXml, toTaggingXml } from "../../tagging/tagging-xml.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html */
export const putBucketTagging: S3Operation = {
  name: "PutBucketTagging",
  actions: () => ["s3:PutBucketTagging"],
  takesBody: true,
  async run({ request, store }) {
    requireBucket(store, request);
    const tags = parseTaggingXml(await readProtectedBody({ ...request, maxBytes: MAX_BODY_BYTES }));
    checkBucketTags(tags);
    store.buckets.setSetting(request.bucket, "tagging", tags.length === 0 ? undefined : toTaggingXml(tags));
    return { status: 204 };
  },
};
