import type { ObjectStore } from "../object-store/object-store.ts";
import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { versioningStatus } from "../versions/versioning-status.ts";

/**
 * Delete markers and old versions keep a bucket too; unfinished uploads do not, and go with it.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
 */
export const deleteBucket: S3Operation = {
  name: "DeleteBucket",
  actions: () => ["s3:DeleteBucket"],
  async run({ request, store }) {
    const { bucket } = request;
    const obsolete = store.transaction(() => {
      requireBucket(store, request);
      if (store.objects.hasVersions(bucket)) throw notEmpty(store, bucket);
      const blobIds = [...removeUploads(store, bucket)];
      store.buckets.remove(bucket);
      return blobIds;
    });
    await store.blobs.remove(obsolete);
    return { status: 204 };
  },
};

function* removeUploads(store: ObjectStore, bucket: string): Generator<string, void, void> {
  const first = Buffer.alloc(0);
  for (;;) {
    const upload = store.uploads.findAfter(bucket, first, "");
    if (upload === undefined) return;
    yield* store.uploads.remove(upload.uploadId);
  }
}

function notEmpty(store: ObjectStore, bucket: string): S3Error {
  const details = { BucketName: bucket };
  if (versioningStatus(store, bucket) === undefined) return new S3Error("BucketNotEmpty", { details });
  return new S3Error("BucketNotEmpty", {
    message: "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
    details,
  });
}
