import { checksumElement } from "../checksums/checksum-algorithm.ts";
import { useSource } from "../copy/use-source.ts";
import { parseCopySource } from "../copy/parse-copy-source.ts";
import { parseSourceRange } from "../copy/parse-source-range.ts";
import { COPY_SOURCE_HEADERS, readSource, sourceAction } from "../copy/read-source.ts";
import { ENCRYPTION_HEADERS } from "../encryption.ts";
import { toLastModified } from "../last-modified.ts";
import { parsePartNumber } from "../multipart/parse-part-number.ts";
import type { S3Operation } from "../operation.ts";
import { requireUpload } from "../require-found.ts";
import { sourceVersionHeader } from "../versions/version-headers.ts";
import { xmlDocument, xmlText } from "../xml/write-xml.ts";

/**
 * A part by reference: it is made of the source's blobs, or of pieces of them. Their bytes are read for the
 * digests of the part, and not written again.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 */
export const uploadPartCopy: S3Operation = {
  name: "UploadPartCopy",
  actions: () => ["s3:PutObject"], // and to read the source, below
  headers: [...COPY_SOURCE_HEADERS, "x-amz-copy-source-range"],
  async run(call) {
    const { request, store } = call;
    const partNumber = parsePartNumber(request.query);
    const { checksumAlgorithm, checksumNamed } = requireUpload(store, request);
    const address = parseCopySource(request.headers);
    const parseRange = parseSourceRange(request.headers);
    call.authorize(sourceAction(address), address);
    const part = await useSource(call, {
      read: () => readSource(call, address, parseRange),
      algorithm: () => checksumAlgorithm,
      use(source, { eTag, checksumValue }) {
        const { uploadId } = requireUpload(store, request); // it may be gone by now
        const lastModified = toLastModified(call.clock());
        const { sizeBytes, segments } = source;
        const obsolete = store.parts.put(uploadId, {
          partNumber,
          sizeBytes,
          eTag,
          lastModified,
          checksumValue,
          segments,
        });
        return { eTag, checksumValue, lastModified, versionId: source.versionId, obsolete };
      },
    });
    await store.blobs.remove(part.obsolete);
    const body = xmlDocument("CopyPartResult", [
      xmlText("LastModified", part.lastModified.toISOString()),
      xmlText("ETag", part.eTag),
      checksumNamed ? xmlText(checksumElement(checksumAlgorithm), part.checksumValue) : undefined,
    ]);
    return { status: 200, headers: { ...ENCRYPTION_HEADERS, ...sourceVersionHeader(part.versionId) }, body };
  },
};
