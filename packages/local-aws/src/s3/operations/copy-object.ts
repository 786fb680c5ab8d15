import { checksumElement } from "../checksums/checksum-algorithm.ts";
import { type SourceDigests, useSource } from "../copy/use-source.ts";
import { type Copy, parseCopy } from "../copy/parse-copy.ts";
import { COPY_SOURCE_HEADERS, type CopySource, readSource, sourceAction } from "../copy/read-source.ts";
import { ENCRYPTION_HEADERS } from "../encryption.ts";
import { toLastModified } from "../last-modified.ts";
import { expirationHeader } from "../lifecycle/due-headers.ts";
import { OBJECT_WRITE_HEADERS, objectWriteActions } from "../object-headers.ts";
import type { NewObject } from "../object-store/object-version.ts";
import type { S3Call, S3Operation, S3Response } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { taggingAction } from "../tagging/require-tagged.ts";
import { type PublishedVersion, publishVersion } from "../versions/publish-version.ts";
import { sourceVersionHeader, versionHeader } from "../versions/version-headers.ts";
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
  actions: objectWriteActions, // and those on the source, below
  headers: [
    ...OBJECT_WRITE_HEADERS,
    ...COPY_SOURCE_HEADERS,
    "x-amz-checksum-algorithm",
    "x-amz-metadata-directive",
    "x-amz-tagging-directive",
  ],
  async run(call) {
    const { request, store } = call;
    requireBucket(store, request);
    const copy = parseCopy(request.headers, request);
    const conditions = parseWriteConditions(request.headers);
    call.authorize(sourceAction(copy.source), copy.source);
    const published = await useSource(call, {
      read: () => readSource(call, copy.source),
      algorithm: ({ object }) => copy.checksumAlgorithm ?? object.checksum.algorithm,
      use: (source, digests) => publish(call, { copy, source, digests, conditions }),
    });
    await store.blobs.remove(published.obsolete);
    return toResponse(published, expirationHeader(store, published.object));
  },
};

interface Published extends PublishedVersion {
  object: NewObject;
  source: CopySource;
}

function publish(
  call: S3Call,
  options: { copy: Copy; source: CopySource; digests: SourceDigests; conditions: WriteConditions },
): Published {
  const { request, store } = call;
  const { copy, source, digests } = options;
  requireBucket(store, request);
  checkWriteConditions(store, request, options.conditions);
  const object: NewObject = {
    bucket: request.bucket,
    key: request.key,
    headers: (copy.replacesMetadata ? copy.properties : source.object).headers,
    tags: copy.replacesTags ? copy.properties.tags : copyTags(call, copy, source),
    storageClass: copy.properties.storageClass,
    sizeBytes: source.sizeBytes,
    eTag: digests.eTag,
    lastModified: toLastModified(call.clock()),
    checksum: {
      algorithm: copy.checksumAlgorithm ?? source.object.checksum.algorithm,
      type: "FULL_OBJECT",
      value: digests.checksumValue,
    },
    segments: source.segments,
  };
  return { object, source, ...publishVersion(call, object) };
}

/** @throws {S3Error} `AccessDenied` to who may not read the tags, or write them */
function copyTags(call: S3Call, copy: Copy, { object }: CopySource): NewObject["tags"] {
  if (object.tags.length > 0) {
    call.authorize(taggingAction("Get", copy.source.versionId), copy.source);
    call.authorize("s3:PutObjectTagging", call.request);
  }
  return object.tags;
}

function toResponse(
  { object, source, versionId }: Published,
  expiration: Record<string, string>,
): S3Response {
  const { eTag, lastModified, checksum } = object;
  const body = xmlDocument("CopyObjectResult", [
    xmlText("LastModified", lastModified.toISOString()),
    xmlText("ETag", eTag),
    xmlText(checksumElement(checksum.algorithm), checksum.value),
    xmlText("ChecksumType", checksum.type),
  ]);
  return {
    status: 200,
    headers: {
      ...ENCRYPTION_HEADERS,
      ...versionHeader(versionId),
      ...sourceVersionHeader(source.versionId),
      ...expiration,
    },
    body,
  };
}
