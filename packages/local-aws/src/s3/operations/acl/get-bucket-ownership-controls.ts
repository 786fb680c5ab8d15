import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";
import { xmlDocument, xmlElement, xmlText } from "../../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html */
export const getBucketOwnershipControls: S3Operation = {
  name: "GetBucketOwnershipControls",
  actions: () => ["s3:GetBucketOwnershipControls"],
  async run({ request, store }) {
    requireBucket(store, request);
    const rule = xmlElement("Rule", [xmlText("ObjectOwnership", "BucketOwnerEnforced")]);
    return { status: 200, body: xmlDocument("OwnershipControls", [rule]) };
  },
};
