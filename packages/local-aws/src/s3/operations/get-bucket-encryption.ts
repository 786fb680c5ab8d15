import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html */
export const getBucketEncryption: S3Operation = {
  name: "GetBucketEncryption",
  actions: () => ["s3:GetEncryptionConfiguration"],
  async run({ request, store }) {
    requireBucket(store, request);
    const rule = xmlElement("Rule", [
      xmlElement("ApplyServerSideEncryptionByDefault", [xmlText("SSEAlgorithm", "AES256")]),
      xmlText("BucketKeyEnabled", false),
    ]);
    return { status: 200, body: xmlDocument("ServerSideEncryptionConfiguration", [rule]) };
  },
};
