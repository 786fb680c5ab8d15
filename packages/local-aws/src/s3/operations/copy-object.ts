import { MAX_SINGLE_PUT_BYTES } from "@waybill/core/s3-limits";
import { type ChecksumAlgorithm, checksumElement } from "../checksums/checksum-algorithm.ts";
import type { DigestName } from "../checksums/create-digest.ts";
import { digestSegments } from "../copy/digest-segments.ts";
import { type Copy, parseCopy } from "../copy/parse-copy.ts";
import { toETag } from "../e-tag.ts";
import { toLastModified } from "../last-modified.ts";
import { OBJECT_WRITE_HEADERS } from "../object-headers.ts";
import type { Blob } from "../object-store/blob-files.ts";
import type { NewObject, StoredObject } from "../object-store/object-table.ts";
import type { S3Call, S3Operation, S3Response } from "../operation.ts";
import { checkCopyConditions } from "../read-conditions.ts";
import { requireBucket, requireObject } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { checkWriteConditions, parseWriteConditions, type WriteConditions } from "../write-conditions.ts";
import { xmlDocument, xmlText } from "../xml/write-xml.ts";

/**
 * Copy by reference: the new object is made of the same blobs. Bytes are read only where the copy needs a
 * digest that its source does not have.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const copyObject: S3Operation = {
  name: "CopyObject",
  actions: () => ["s3:PutObject"],
  headers: [
    ...OBJECT_WRITE_HEADERS,
    "x-amz-checksum-algorithm",
    "x-amz-copy-source",
    "x-amz-copy-source-if-*",
    "x-amz-metadata-directive",
    "x-amz-tagging-directive",
  ],
  async run(call) {
    const { request, store } = call;
    requireBucket(store, request);
    const copy = parseCopy(request.headers, request);
    const conditions = parseWriteConditions(request.headers);
    for (;;) {
      const source = readSource(call, copy);
      const content = await describeContent(call, source);
      const published = store.transaction(() => {
        const now = readSource(call, copy);
        // Other bytes came in while these were read: they are the ones to copy.
        if (!isSameContent(source.segments, now.segments)) return undefined;
        return publish(call, { ...copy, ...now, content, conditions });
      });
      if (published === undefined) continue;
      await store.blobs.remove(published.obsolete);
      return toResponse(published.object);
    }
  },
};

interface Source {
  object: StoredObject;
  segments: readonly Blob[];
  algorithm: ChecksumAlgorithm;
}

/** What follows from the bytes. */
type Content = Pick<NewObject, "eTag" | "checksum">;

function readSource({ request, store }: S3Call, { source, checksumAlgorithm }: Copy): Source {
  const object = requireObject(store, { ...request, ...source });
  checkCopyConditions(request.headers, object);
  if (object.sizeBytes > MAX_SINGLE_PUT_BYTES) {
    throw new S3Error("InvalidRequest", {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_SINGLE_PUT_BYTES}`,
    });
  }
  return {
    object,
    segments: store.objects.segments(object.id),
    algorithm: checksumAlgorithm ?? object.checksum.algorithm,
  };
}

/**
 * A copy is an object of one piece, whatever its source was: its ETag is the MD5 of its bytes, and its
 * checksum is not a composite one.
 */
async function describeContent({ store }: S3Call, source: Source): Promise<Content> {
  const { object, segments, algorithm } = source;
  const hasETag = !object.eTag.includes("-");
  const hasChecksum = object.checksum.algorithm === algorithm && object.checksum.type === "FULL_OBJECT";
  const digests: DigestName[] = [];
  if (!hasETag) digests.push("MD5");
  if (!hasChecksum) digests.push(algorithm);
  const computed = digests.length === 0 ? undefined : await digestSegments({ ...store, segments, digests });
  const value = computed?.get(algorithm)?.toString("base64");
  const md5 = computed?.get("MD5")?.toString("hex");
  return {
    eTag: md5 === undefined ? object.eTag : toETag(md5),
    checksum: value === undefined ? object.checksum : { algorithm, type: "FULL_OBJECT", value },
  };
}

/** Blobs are never changed, so the same names are the same bytes. */
function isSameContent(a: readonly Blob[], b: readonly Blob[]): boolean {
  return a.length === b.length && a.every(({ blobId }, index) => blobId === b[index]?.blobId);
}

function publish(
  { request, store, clock }: S3Call,
  options: Source & Pick<Copy, "headers"> & { content: Content; conditions: WriteConditions },
): { object: NewObject; obsolete: string[] } {
  const { bucket, key } = request;
  requireBucket(store, request);
  checkWriteConditions(options.conditions, store.objects.find(bucket, key));
  const object: NewObject = {
    bucket,
    key,
    sizeBytes: options.object.sizeBytes,
    lastModified: toLastModified(clock()),
    headers: options.headers ?? options.object.headers,
    segments: options.segments,
    ...options.content,
  };
  return { object, obsolete: store.replaceObject(object) };
}

function toResponse({ eTag, lastModified, checksum }: NewObject): S3Response {
  const body = xmlDocument("CopyObjectResult", [
    xmlText("LastModified", lastModified.toISOString()),
    xmlText("ETag", eTag),
    xmlText(checksumElement(checksum.algorithm), checksum.value),
    xmlText("ChecksumType", checksum.type),
  ]);
  return { status: 200, body };
}
