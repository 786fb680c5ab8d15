import { createHash } from "node:crypto";
import { MAX_PART_COUNT } from "@waybill/core/s3-limits";
import { readBody } from "../body/read-body.ts";
import { checksumElement } from "../checksums/checksum-algorithm.ts";
import { combineParts } from "../checksums/combine-parts.ts";
import { createDigest, type Digest } from "../checksums/create-digest.ts";
import { toETag } from "../e-tag.ts";
import { toLastModified } from "../last-modified.ts";
import { checkCompletion } from "../multipart/check-completion.ts";
import { type Completion, parseCompletion } from "../multipart/parse-completion.ts";
import { selectParts } from "../multipart/select-parts.ts";
import type { NewObject, StoredObject } from "../object-store/object-table.ts";
import type { Part, Upload } from "../object-store/upload-table.ts";
import type { S3Call, S3Operation, S3Request, S3Response } from "../operation.ts";
import { requireBucket, requireUpload } from "../require-found.ts";
import { checkWriteConditions, parseWriteConditions, type WriteConditions } from "../write-conditions.ts";
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
  actions: () => ["s3:PutObject"],
  headers: ["x-amz-mp-object-size", "x-amz-checksum-type"],
  takesBody: true,
  async run(call) {
    const { request, store } = call;
    requireBucket(store, request);
    const completion = parseCompletion(request.headers, await readXml(request));
    const conditions = parseWriteConditions(request.headers);
    const before = findCompleted(call, completion);
    if (before !== undefined) return toResponse(request, before);
    const { checksumAlgorithm } = requireUpload(store, request);
    const digest = await createDigest(checksumAlgorithm);
    const { object, obsolete } = store.transaction(() => publish(call, { completion, conditions, digest }));
    await store.blobs.remove(obsolete);
    return toResponse(request, object);
  },
};

/** Here a checksum header speaks of the object, not of the XML. */
async function readXml(request: S3Request): Promise<Buffer> {
  const headers = new Map([...request.headers].filter(([name]) => !name.startsWith("x-amz-checksum-")));
  const { bytes } = await readBody({ ...request, headers, maxBytes: MAX_BODY_BYTES });
  return bytes;
}

/** A client that lost the answer asks again, and is told the same. */
function findCompleted({ request, store }: S3Call, { fingerprint }: Completion): StoredObject | undefined {
  const object = store.objects.find(request.bucket, request.key);
  const isSame =
    object?.completion?.uploadId === request.query.get("uploadId") &&
    object?.completion?.fingerprint === fingerprint;
  return isSame ? object : undefined;
}

function publish(
  { request, store }: S3Call,
  options: { completion: Completion; conditions: WriteConditions; digest: Digest },
): { object: NewObject; obsolete: string[] } {
  const { completion } = options;
  const upload = requireUpload(store, request);
  const stored = store.uploads.parts(upload.uploadId, { after: 0, limit: MAX_PART_COUNT });
  const parts = selectParts({ upload, listed: completion.parts, stored });
  const object = toObject(upload, parts, options);
  checkCompletion(completion, { upload, ...object });
  checkWriteConditions(options.conditions, store.objects.find(upload.bucket, upload.key));
  const replaced = store.replaceObject(object);
  store.uploads.remove(upload.uploadId);
  const used = new Set(parts.map(({ blobId }) => blobId));
  const unused = stored.map(({ blobId }) => blobId).filter((blobId) => !used.has(blobId));
  return { object, obsolete: [...replaced, ...unused] };
}

function toObject(
  upload: Upload,
  parts: readonly Part[],
  { completion, digest }: { completion: Completion; digest: Digest },
): NewObject {
  return {
    bucket: upload.bucket,
    key: upload.key,
    sizeBytes: parts.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    eTag: toMultipartETag(parts),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html: the date of initiation
    lastModified: toLastModified(upload.initiatedAt),
    headers: upload.headers,
    checksum: combineParts({
      algorithm: upload.checksumAlgorithm,
      type: upload.checksumType,
      digest,
      parts: parts.map(({ checksumValue, sizeBytes }) => ({ value: checksumValue, sizeBytes })),
    }),
    segments: parts,
    completion: { uploadId: upload.uploadId, fingerprint: completion.fingerprint },
  };
}

function toMultipartETag(parts: readonly Part[]): string {
  const hash = createHash("md5");
  for (const { eTag } of parts) hash.update(eTag.slice(1, -1), "hex");
  return toETag(`${hash.digest("hex")}-${parts.length}`);
}

function toResponse(
  request: S3Request,
  { eTag, checksum }: Pick<StoredObject, "eTag" | "checksum">,
): S3Response {
  const body = xmlDocument("CompleteMultipartUploadResult", [
    xmlText("Location", `http://${request.host}${request.rawPath}`),
    xmlText("Bucket", request.bucket),
    xmlText("Key", request.key),
    xmlText("ETag", eTag),
    xmlText(checksumElement(checksum.algorithm), checksum.value),
    xmlText("ChecksumType", checksum.type),
  ]);
  return { status: 200, body };
}
