import { receiveUpload } from "../body/receive-upload.ts";
import { type ChecksumAlgorithm, checksumHeader } from "../checksums/checksum-algorithm.ts";
import { parseDeclaredAlgorithm } from "../checksums/declared-checksum.ts";
import { ENCRYPTION_HEADERS } from "../encryption.ts";
import { toLastModified } from "../last-modified.ts";
import { parsePartNumber } from "../multipart/parse-part-number.ts";
import { toSegment } from "../object-store/segment-table.ts";
import type { Upload } from "../object-store/upload-table.ts";
import type { S3Operation } from "../operation.ts";
import { requireUpload } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: S3Operation = {
  name: "UploadPart",
  actions: () => ["s3:PutObject"],
  takesBody: true,
  takesChunks: true,
  async run(call) {
    const { request, store, clock } = call;
    const partNumber = parsePartNumber(request.query);
    const upload = requireUpload(store, request);
    checkAlgorithm(upload, parseDeclaredAlgorithm(request.headers));
    const { blob, eTag, checksumValue, declaredChecksum } = await receiveUpload(
      call,
      upload.checksumAlgorithm,
    );
    try {
      const obsolete = store.transaction(() => {
        requireUpload(store, request); // it may have been aborted or completed meanwhile
        return store.parts.put(upload.uploadId, {
          partNumber,
          sizeBytes: blob.sizeBytes,
          eTag,
          lastModified: toLastModified(clock()),
          checksumValue,
          segments: [toSegment(blob)],
        });
      });
      await store.blobs.remove(obsolete);
    } catch (error) {
      await store.blobs.remove([blob.blobId]);
      throw error;
    }
    const computed = { algorithm: upload.checksumAlgorithm, value: checksumValue };
    const checksum = declaredChecksum ?? (upload.checksumNamed ? computed : undefined);
    return {
      status: 200,
      headers: {
        ...ENCRYPTION_HEADERS,
        etag: eTag,
        ...(checksum === undefined ? {} : { [checksumHeader(checksum.algorithm)]: checksum.value }),
      },
    };
  },
};

/**
 * A part must have the checksum that Create named. A missing one S3 computes where the object's own
 * is made of all bytes; a composite one it refuses.
 */
function checkAlgorithm(upload: Upload, declared: ChecksumAlgorithm | undefined): void {
  if (!upload.checksumNamed || declared === upload.checksumAlgorithm) return;
  if (declared === undefined && upload.checksumType === "FULL_OBJECT") return;
  const actual = declared?.toLowerCase() ?? "null";
  throw new S3Error("InvalidRequest", {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksumAlgorithm.toLowerCase()}, actual checksum Type: ${actual}`,
  });
}
