import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { checkWriteConditions } from "../write-conditions.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: S3Operation = {
  name: "DeleteObject",
  actions: () => ["s3:DeleteObject"],
  async run({ request, store }) {
    requireBucket(store, request);
    const conditions = { mustBeAbsent: false, mustHaveETag: request.headers.get("if-match") };
    const blobIds = store.transaction(() => {
      const object = store.objects.find(request.bucket, request.key);
      checkWriteConditions(conditions, object);
      return object === undefined ? [] : store.objects.remove(object.id);
    });
    await store.blobs.remove(blobIds);
    return { status: 204 }; // whether or not there was anything
  },
};
