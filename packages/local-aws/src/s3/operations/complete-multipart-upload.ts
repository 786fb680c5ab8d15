import { createHash } from "node:crypto";
import { MAX_PART_COUNT } from "@waybill/core/s3-limits";
import { readBody } from "../body/read-body.ts";
import { checksumElement } from "../checksums/checksum-algorithm.ts";
import { combineParts } from "../checksums/combine-parts.ts";
import { createDigest, type Digest } from "../checksums/create-digest.ts";
import { toETag } from "../e-tag.ts";
import { ENCRYPTION_HEADERS } from "../encryption.ts";
import { toLastModified } from "../last-modified.ts";
import { expirationHeader } from "../lifecycle/due-headers.ts";
import { checkCompletion } from "../multipart/check-completion.ts";
import { type Completion, parseCompletion } from "../multipart/parse-completion.ts";
import { selectParts } from "../multipart/select-parts.ts";
import { objectWriteActions } from "../object-headers.ts";
import type { NewObject, StoredObject } from "../object-store/object-version.ts";
import type { Part } from "../object-store/part-table.ts";
import type { Segment } from "../object-store/segment-table.ts";
import type { Upload } from "../object-store/upload-table.ts";
import type { S3Call, S3Operation, S3Request, S3Response } from "../operation.ts";
import { requireBucket, requireUpload } from "../require-found.ts";
import { type PublishedVersion, publishVersion } from "../versions/publish-version.ts";
import { versionHeader } from "../versions/version-headers.ts";
import { versioningStatus } from "../versions/versioning-status.ts";
import {
  checkNotOvertaken,
  checkWriteConditions,
  parseWriteConditions,
  type WriteConditions,
} from "../write-conditions.ts";
import { xmlDocument, xmlText } from "../xml/write-xml.ts";

/** 10,000 parts with the longest checksum take under 3 MiB. */
const MAX_BODY_BYTES = 8 * 1024 ** 2;

/**
 * Publish the parts as one object. Only rows are written: the object's segments are the blobs of its
 * parts, and its checksum is combined from theirs.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export const completeMultipartUpload: S3Operation = {
  name: "CompleteMultipartUpload",
  actions: objectWriteActions,
  headers: ["x-amz-mp-object-size", "x-amz-checksum-type"],
  takesBody: true,
  async run(call) {
    const { request, store } = call;
    requireBucket(store, request);
    const completion = parseCompletion(request.headers, await readXml(request));
    const conditions = parseWriteConditions(request.headers);
    const before = findCompleted(call, completion);
    if (before !== undefined) return toResponse(call, before);
    const { checksumAlgorithm } = requireUpload(store, request);
    const digest = createDigest(checksumAlgorithm);
    const published = store.transaction(() => publish(call, { completion, conditions, digest }));
    await store.blobs.remove(published.obsolete);
    return toResponse(call, published);
  },
};

/** Here a checksum header speaks of the object, not of the XML. */
async function readXml(request: S3Request): Promise<Buffer> {
  const headers = new Map([...request.headers].filter(([name]) => !name.startsWith("x-amz-checksum-")));
  const { bytes } = await readBody({ ...request, headers, maxBytes: MAX_BODY_BYTES });
  return bytes;
}

interface Completed extends Pick<StoredObject, "eTag" | "checksum"> {
  versionId: string | undefined;
}

/** A client that lost the answer asks again, and is told the same. */
function findCompleted({ request, store }: S3Call, { fingerprint }: Completion): Completed | undefined {
  const { bucket, key, query } = request;
  const object = store.objects.ofUpload(query.get("uploadId") ?? "", bucket, key);
  if (object?.multipart?.fingerprint !== fingerprint) return undefined;
  const isVersioned = versioningStatus(store, bucket) === "Enabled";
  return { ...object, versionId: isVersioned ? object.versionId : undefined };
}

function publish(
  call: S3Call,
  options: { completion: Completion; conditions: WriteConditions; digest: Digest },
): Completed & PublishedVersion {
  const { store } = call;
  const { completion, conditions } = options;
  const upload = requireUpload(store, call.request);
  const stored = store.parts.page(upload.uploadId, { after: 0, limit: MAX_PART_COUNT });
  const parts = selectParts({ upload, listed: completion.parts, stored });
  const segments = store.segments.ofUpload(upload.uploadId);
  const object = toObject(upload, parts, {
    ...options,
    segments: parts.flatMap(({ partNumber }) => segments.get(partNumber) ?? []),
  });
  checkCompletion(completion, { upload, ...object });
  checkWriteConditions(store, upload, conditions);
  checkNotOvertaken(store, upload, conditions);
  const { versionId, obsolete } = publishVersion(call, object);
  const unused = store.uploads.remove(upload.uploadId);
  return { ...object, versionId, obsolete: [...obsolete, ...unused] };
}

function toObject(
  upload: Upload,
  parts: readonly Part[],
  content: { completion: Completion; digest: Digest; segments: readonly Segment[] },
): NewObject {
  const { bucket, key, headers, tags, storageClass } = upload;
  return {
    bucket,
    key,
    headers,
    tags,
    storageClass,
    sizeBytes: parts.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    eTag: toMultipartETag(parts),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html: the date of initiation
    lastModified: toLastModified(upload.initiatedAt),
    checksum: combineParts({
      algorithm: upload.checksumAlgorithm,
      type: upload.checksumType,
      digest: content.digest,
      parts: parts.map(({ checksumValue, sizeBytes }) => ({ value: checksumValue, sizeBytes })),
    }),
    segments: content.segments,
    multipart: {
      uploadId: upload.uploadId,
      sequence: upload.sequence,
      fingerprint: content.completion.fingerprint,
      parts,
    },
  };
}

function toMultipartETag(parts: readonly Part[]): string {
  const hash = createHash("md5");
  for (const { eTag } of parts) hash.update(eTag.slice(1, -1), "hex");
  return toETag(`${hash.digest("hex")}-${parts.length}`);
}

function toResponse(call: S3Call, { eTag, checksum, versionId }: Completed): S3Response {
  const { request } = call;
  const body = xmlDocument("CompleteMultipartUploadResult", [
    xmlText("Location", `http://${request.host}${request.rawPath}`),
    xmlText("Bucket", request.bucket),
    xmlText("Key", request.key),
    xmlText("ETag", eTag),
    xmlText(checksumElement(checksum.algorithm), checksum.value),
    xmlText("ChecksumType", checksum.type),
  ]);
  return {
    status: 200,
    headers: { ...ENCRYPTION_HEADERS, ...versionHeader(versionId), ...currentExpirationHeader(call) },
    body,
  };
}

/** A version that is not the newest of its key, because its upload is older, does not expire as an object does. */
function currentExpirationHeader({ request, store }: S3Call): Record<string, string> {
  const current = store.objects.find(request.bucket, request.key);
  const isCurrent = current?.multipart?.uploadId === request.query.get("uploadId");
  return current !== undefined && isCurrent ? expirationHeader(store, current) : {};
}
