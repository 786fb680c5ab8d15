import { MAX_PART_COUNT } from "@waybill/core/s3-limits";
import { receiveUpload } from "../body/receive-upload.ts";
import { type ChecksumAlgorithm, checksumHeader } from "../checksums/checksum-algorithm.ts";
import { parseDeclaredAlgorithm } from "../checksums/declared-checksum.ts";
import { toLastModified } from "../last-modified.ts";
import type { Upload } from "../object-store/upload-table.ts";
import type { S3Operation } from "../operation.ts";
import { parseInteger } from "../parse-integer.ts";
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
    const partNumber = parseInteger(request.query.get("partNumber") ?? "", {
      name: "partNumber",
      min: 1,
      max: MAX_PART_COUNT,
      message: "Part number must be an integer between 1 and 10000, inclusive",
    });
    const upload = requireUpload(store, request);
    checkAlgorithm(upload, parseDeclaredAlgorithm(request.headers));
    const { blob, eTag, checksumValue, declaredChecksum } = await receiveUpload(
      call,
      upload.checksumAlgorithm,
    );
    try {
      const replaced = store.transaction(() => {
        requireUpload(store, request); // it may have been aborted or completed meanwhile
        return store.uploads.putPart(upload.uploadId, {
          ...blob,
          partNumber,
          eTag,
          lastModified: toLastModified(clock()),
          checksumValue,
        });
      });
      if (replaced !== undefined) await store.blobs.remove([replaced]);
    } catch (error) {
      await store.blobs.remove([blob.blobId]);
      throw error;
    }
    const checksum = declaredChecksum ?? { algorithm: upload.checksumAlgorithm, value: checksumValue };
    return {
      status: 200,
      headers: { etag: eTag, [checksumHeader(checksum.algorithm)]: checksum.value },
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
