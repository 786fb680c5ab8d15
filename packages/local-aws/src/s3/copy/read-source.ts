import { MAX_SINGLE_PUT_BYTES } from "@waybill/core/s3-limits";
import type { StoredObject } from "../object-store/object-version.ts";
import type { Segment } from "../object-store/segment-table.ts";
import type { S3Call } from "../operation.ts";
import { checkExpectedOwner } from "../owner.ts";
import type { ByteRange } from "../parse-range.ts";
import { checkCopyConditions } from "../read-conditions.ts";
import { requireBucket, requireVersion, type VersionAddress } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { NULL_VERSION } from "../versions/version-id.ts";
import { cutSegments } from "./cut-segments.ts";

/** What CopyObject and UploadPartCopy understand. */
export const COPY_SOURCE_HEADERS: readonly string[] = [
  "x-amz-copy-source",
  "x-amz-copy-source-if-*",
  "x-amz-source-expected-bucket-owner",
];

/** The bytes to copy, as they are at this moment. */
export interface CopySource {
  object: StoredObject;
  segments: readonly Segment[];
  sizeBytes: number;
  /** To be named in the answer, unless it is a null version. */
  versionId: string | undefined;
}

/**
 * @param parseRange - which bytes, once their number is known; all without
 * @throws {S3Error} `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `PreconditionFailed`, `InvalidRequest`
 */
export function readSource(
  call: S3Call,
  source: VersionAddress,
  parseRange?: (sizeBytes: number) => ByteRange,
): CopySource {
  const { request, store } = call;
  requireBucket(store, { ...request, bucket: source.bucket });
  checkExpectedOwner(request.headers, "x-amz-source-expected-bucket-owner");
  const object = requireSource(call, source);
  checkCopyConditions(request.headers, { object, now: call.clock() });
  const { start, end } = parseRange?.(object.sizeBytes) ?? { start: 0, end: object.sizeBytes };
  if (end - start > MAX_SINGLE_PUT_BYTES) {
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_SINGLE_PUT_BYTES}`,
    );
  }
  return {
    object,
    segments: cutSegments(store.segments.ofObject(object.id), { start, end }),
    sizeBytes: end - start,
    versionId: object.versionId === NULL_VERSION ? undefined : object.versionId,
  };
}

/** Whether both are the same bytes: blobs are never changed. */
export function isSameContent(a: CopySource, b: CopySource): boolean {
  return (
    a.segments.length === b.segments.length &&
    a.segments.every(({ blobId, start, sizeBytes }, index) => {
      const other = b.segments[index];
      return blobId === other?.blobId && start === other.start && sizeBytes === other.sizeBytes;
    })
  );
}

/** The permission to read a source. */
export function sourceAction({ versionId }: VersionAddress): string {
  return versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
}

function requireSource(call: S3Call, source: VersionAddress): StoredObject {
  const version = requireVersion(call, source);
  if (!version.isDeleteMarker) return version;
  if (source.versionId === undefined) throw new S3Error("NoSuchKey", { details: { Key: source.key } });
  throw invalidRequest(
    "The source of a copy request may not specifically refer to a delete marker by version id.",
  );
}

function invalidRequest(message: string): S3Error {
  return new S3Error("InvalidRequest", { message });
}
