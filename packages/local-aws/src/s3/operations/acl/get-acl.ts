import { ACL_XML } from "../../access-control-lists.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket, requireObject, versionAddressOf } from "../../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export const getBucketAcl: S3Operation = {
  name: "GetBucketAcl",
  actions: () => ["s3:GetBucketAcl"],
  async run({ request, store }) {
    requireBucket(store, request);
    return { status: 200, body: ACL_XML };
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export const getObjectAcl: S3Operation = {
  name: "GetObjectAcl",
  actions: ({ query }) => [query.has("versionId") ? "s3:GetObjectVersionAcl" : "s3:GetObjectAcl"],
  parameters: ["versionId"],
  async run(call) {
    requireObject(call, versionAddressOf(call.request));
    return { status: 200, body: ACL_XML };
  },
};
