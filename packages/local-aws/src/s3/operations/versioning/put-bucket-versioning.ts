import { readBody } from "../../body/read-body.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";
import { S3Error } from "../../s3-error.ts";
import { parseVersioningStatus, type VersioningStatus } from "../../versions/versioning-status.ts";
import { childText, parseXml } from "../../xml/parse-xml.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const putBucketVersioning: S3Operation = {
  name: "PutBucketVersioning",
  actions: () => ["s3:PutBucketVersioning"],
  takesBody: true,
  async run({ request, store }) {
    requireBucket(store, request);
    const { bytes } = await readBody({ ...request, maxBytes: MAX_BODY_BYTES });
    store.buckets.setSetting(request.bucket, "versioning", parseConfiguration(bytes));
    return { status: 200 };
  },
};

/** @throws {S3Error} `MalformedXML`, `IllegalVersioningConfigurationException`, `NotImplemented` */
function parseConfiguration(body: Buffer): VersioningStatus {
  const root = parseXml(body, "VersioningConfiguration");
  const mfaDelete = childText(root, "MfaDelete") ?? "Disabled";
  if (mfaDelete === "Enabled") throw new S3Error("NotImplemented", { logNote: "MfaDelete" });
  const text = childText(root, "Status");
  if (text === undefined) throw new S3Error("IllegalVersioningConfigurationException");
  const status = parseVersioningStatus(text);
  if (status === undefined || mfaDelete !== "Disabled") throw new S3Error("MalformedXML");
  return status;
}
