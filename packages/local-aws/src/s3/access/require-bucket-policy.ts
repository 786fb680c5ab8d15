import type { ObjectStore } from "../object-store/object-store.ts";
import type { S3Request } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";

/**
 * @returns the text as it was put
 * @throws {S3Error} `NoSuchBucketPolicy`
 */
export function requireBucketPolicy(store: ObjectStore, request: S3Request): string {
  requireBucket(store, request);
  const policy = store.buckets.setting(request.bucket, "policy");
  if (policy !== undefined) return policy;
  throw new S3Error("NoSuchBucketPolicy", { details: { BucketName: request.bucket } });
}
