import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { xmlTextDocument } from "../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const getBucketLocation: S3Operation = {
  name: "GetBucketLocation",
  actions: () => ["s3:GetBucketLocation"],
  async run({ request, store, region }) {
    requireBucket(store, request);
    const constraint = region === "us-east-1" ? "" : region; // which has no name of its own here
    return { status: 200, body: xmlTextDocument("LocationConstraint", constraint) };
  },
};
