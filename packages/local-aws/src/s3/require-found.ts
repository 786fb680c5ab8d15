import type { Bucket } from "./object-store/bucket-table.ts";
import type { ObjectStore } from "./object-store/object-store.ts";
import type { DeleteMarker, ObjectVersion, StoredObject } from "./object-store/object-version.ts";
import type { Upload } from "./object-store/upload-table.ts";
import type { S3Call, S3Request } from "./operation.ts";
import { checkExpectedOwner } from "./owner.ts";
import type { Address } from "./resolve-address.ts";
import { S3Error } from "./s3-error.ts";
import { checkVersionId } from "./versions/version-id.ts";

/** @throws {S3Error} `NoSuchBucket`; `AccessDenied` when the client expects another owner */
export function requireBucket(store: ObjectStore, request: Pick<S3Request, "bucket" | "headers">): Bucket {
  const bucket = store.buckets.find(request.bucket);
  if (bucket === undefined) {
    throw new S3Error("NoSuchBucket", { details: { BucketName: request.bucket } });
  }
  checkExpectedOwner(request.headers, "x-amz-expected-bucket-owner");
  return bucket;
}

/** An object, or one version of it. */
export interface VersionAddress extends Address {
  versionId: string | undefined;
}

/**
 * The object that a request speaks of.
 *
 * @throws {S3Error} `InvalidArgument` for a `versionId` that is none
 */
export function versionAddressOf({ bucket, key, query }: S3Request): VersionAddress {
  const versionId = query.get("versionId");
  if (versionId !== undefined) checkVersionId(versionId, "versionId");
  return { bucket, key, versionId };
}

/**
 * What is at an address: without a version the current one, which may be a delete marker.
 *
 * Who may not list the bucket does not learn that nothing is there:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @throws {S3Error} `NoSuchKey`, `NoSuchVersion`, `AccessDenied`
 */
export function requireVersion(call: S3Call, address: VersionAddress): ObjectVersion {
  const { bucket, key, versionId } = address;
  const { objects } = call.store;
  const version =
    versionId === undefined ? objects.current(bucket, key) : objects.version(bucket, key, versionId);
  if (version !== undefined) return version;
  call.authorize("s3:ListBucket", { bucket, key: "" });
  if (versionId === undefined) throw new S3Error("NoSuchKey", { details: { Key: key } });
  throw new S3Error("NoSuchVersion", { details: { Key: key, VersionId: versionId } });
}

/**
 * The object at an address. A delete marker is none: as the current version it hides what is behind it.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 *
 * @throws {S3Error} `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`, `AccessDenied`
 */
export function requireObject(call: S3Call, address: VersionAddress): StoredObject {
  requireBucket(call.store, { ...call.request, bucket: address.bucket });
  const version = requireVersion(call, address);
  if (!version.isDeleteMarker) return version;
  if (address.versionId !== undefined) throw markerNotAllowed(call.request.method, version);
  call.authorize("s3:ListBucket", { bucket: address.bucket, key: "" });
  throw new S3Error("NoSuchKey", { details: { Key: address.key }, headers: markerHeaders(version) });
}

/** All that can be done with a delete marker by its version is to delete it. */
export function markerNotAllowed(method: string, marker: DeleteMarker): S3Error {
  return new S3Error("MethodNotAllowed", {
    details: { Method: method, ResourceType: "DeleteMarker" },
    headers: {
      ...markerHeaders(marker),
      allow: "DELETE",
      "last-modified": marker.lastModified.toUTCString(),
    },
  });
}

function markerHeaders({ versionId }: DeleteMarker): Record<string, string> {
  return { "x-amz-delete-marker": "true", "x-amz-version-id": versionId };
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
