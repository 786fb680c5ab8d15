import type { Bucket } from "./object-store/bucket-table.ts";
import type { ObjectStore } from "./object-store/object-store.ts";
import type { StoredObject } from "./object-store/object-table.ts";
import type { Upload } from "./object-store/upload-table.ts";
import type { S3Request } from "./operation.ts";
import { S3Error } from "./s3-error.ts";

/** @throws {S3Error} `NoSuchBucket` */
export function requireBucket(store: ObjectStore, request: S3Request): Bucket {
  const bucket = store.buckets.find(request.bucket);
  if (bucket !== undefined) return bucket;
  throw new S3Error("NoSuchBucket", { details: { BucketName: request.bucket } });
}

/** @throws {S3Error} `NoSuchBucket`, `NoSuchKey` */
export function requireObject(store: ObjectStore, request: S3Request): StoredObject {
  requireBucket(store, request);
  const object = store.objects.find(request.bucket, request.key);
  if (object !== undefined) return object;
  throw new S3Error("NoSuchKey", { details: { Key: request.key } });
}

/**
 * The upload that `uploadId` names, if it is one of this key.
 *
 * @throws {S3Error} `NoSuchBucket`, `NoSuchUpload`
 */
export function requireUpload(store: ObjectStore, request: S3Request): Upload {
  requireBucket(store, request);
  const uploadId = request.query.get("uploadId") ?? "";
  const upload = store.uploads.find(uploadId, request.bucket, request.key);
  if (upload !== undefined) return upload;
  throw new S3Error("NoSuchUpload", { details: { UploadId: uploadId } });
}
