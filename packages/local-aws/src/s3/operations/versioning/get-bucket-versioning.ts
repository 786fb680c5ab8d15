import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";
import { versioningStatus } from "../../versions/versioning-status.ts";
import { xmlDocument, xmlOptional } from "../../xml/write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export const getBucketVersioning: S3Operation = {
  name: "GetBucketVersioning",
  actions: () => ["s3:GetBucketVersioning"],
  async run({ request, store }) {
    requireBucket(store, request);
    const status = versioningStatus(store, request.bucket);
    return { status: 200, body: xmlDocument("VersioningConfiguration", [xmlOptional("Status", status)]) };
  },
};
