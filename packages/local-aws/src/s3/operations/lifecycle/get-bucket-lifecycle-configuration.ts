import { MINIMUM_OBJECT_SIZE_HEADER, readLifecycle } from "../../lifecycle/lifecycle-configuration.ts";
import { toLifecycleXml } from "../../lifecycle/write-lifecycle-xml.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";
import { S3Error } from "../../s3-error.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export const getBucketLifecycleConfiguration: S3Operation = {
  name: "GetBucketLifecycleConfiguration",
  actions: () => ["s3:GetLifecycleConfiguration"],
  async run({ request, store }) {
    requireBucket(store, request);
    const configuration = readLifecycle(store, request.bucket);
    if (configuration === undefined) {
      throw new S3Error("NoSuchLifecycleConfiguration", { details: { BucketName: request.bucket } });
    }
    return {
      status: 200,
      headers: { [MINIMUM_OBJECT_SIZE_HEADER]: configuration.minimumObjectSize },
      body: toLifecycleXml(configuration.rules),
    };
  },
};
