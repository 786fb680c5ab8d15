import { isPublicPolicy } from "../../access/public-policy.ts";
import { requireBucketPolicy } from "../../access/require-bucket-policy.ts";
import type { S3Operation } from "../../operation.ts";
import { xmlDocument, xmlText } from "../../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export const getBucketPolicyStatus: S3Operation = {
  name: "GetBucketPolicyStatus",
  actions: () => ["s3:GetBucketPolicyStatus"],
  async run({ request, store }) {
    const isPublic = isPublicPolicy(requireBucketPolicy(store, request));
    return { status: 200, body: xmlDocument("PolicyStatus", [xmlText("IsPublic", isPublic)]) };
  },
};
