import { readProtectedBody } from "../../body/read-body.ts";
import {
  DEFAULT_MINIMUM_OBJECT_SIZE,
  MINIMUM_OBJECT_SIZE_HEADER,
  MinimumObjectSize,
  writeLifecycle,
} from "../../lifecycle/lifecycle-configuration.ts";
import { parseLifecycleXml } from "../../lifecycle/lifecycle-xml.ts";
import type { S3Operation } from "../../operation.ts";
import { requireBucket } from "../../require-found.ts";
import { S3Error } from "../../s3-error.ts";

/** 1,000 rules with the longest ids and prefixes, each character written as an entity, take under 10 MiB. */
const MAX_BODY_BYTES = 10 * 1024 ** 2;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export const putBucketLifecycleConfiguration: S3Operation = {
  name: "PutBucketLifecycleConfiguration",
  actions: () => ["s3:PutLifecycleConfiguration"],
  headers: [MINIMUM_OBJECT_SIZE_HEADER],
  takesBody: true,
  async run({ request, store }) {
    requireBucket(store, request);
    const size = request.headers.get(MINIMUM_OBJECT_SIZE_HEADER) ?? DEFAULT_MINIMUM_OBJECT_SIZE;
    const minimumObjectSize = MinimumObjectSize.safeParse(size);
    if (!minimumObjectSize.success) {
      throw new S3Error("InvalidRequest", { message: "Invalid TransitionDefaultMinimumObjectSize found" });
    }
    const bytes = await readProtectedBody({ ...request, maxBytes: MAX_BODY_BYTES });
    const rules = parseLifecycleXml(bytes);
    store.transaction(() => {
      requireBucket(store, request); // time has passed while the body came
      writeLifecycle(store, request.bucket, { minimumObjectSize: minimumObjectSize.data, rules });
    });
    return { status: 200, headers: { [MINIMUM_OBJECT_SIZE_HEADER]: minimumObjectSize.data } };
  },
};
