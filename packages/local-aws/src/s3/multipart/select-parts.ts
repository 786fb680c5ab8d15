import { MIN_PART_BYTES } from "@waybill/core/s3-limits";
import { eTagsMatch } from "../e-tag.ts";
import type { Part } from "../object-store/part-table.ts";
import type { Upload } from "../object-store/upload-table.ts";
import { S3Error } from "../s3-error.ts";
import type { ListedPart } from "./parse-completion.ts";

/**
 * Match the parts that a client lists with those that are stored.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 *
 * @returns the stored parts that make the object, in order
 * @throws {S3Error} `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`, `InvalidRequest`
 */
export function selectParts(options: {
  upload: Upload;
  listed: readonly ListedPart[];
  stored: readonly Part[];
}): Part[] {
  const { upload, listed } = options;
  if (listed.some(({ partNumber }, index) => partNumber <= (listed[index - 1]?.partNumber ?? 0))) {
    throw new S3Error("InvalidPartOrder", { details: { UploadId: upload.uploadId } });
  }
  const stored = new Map(options.stored.map((part) => [part.partNumber, part]));
  const parts = listed.map((wanted) => {
    const part = stored.get(wanted.partNumber);
    if (part === undefined || !isSamePart(part, wanted, upload)) throw invalidPart(upload, wanted);
    return part;
  });
  checkSizes(parts);
  if (upload.checksumNamed) checkNamedChecksum(upload, listed);
  return parts;
}

function isSamePart(part: Part, wanted: ListedPart, upload: Upload): boolean {
  return (
    eTagsMatch(part.eTag, wanted.eTag) &&
    wanted.checksums.every(
      ({ algorithm, value }) => algorithm === upload.checksumAlgorithm && value === part.checksumValue,
    )
  );
}

function invalidPart(upload: Upload, { partNumber, eTag }: ListedPart): S3Error {
  return new S3Error("InvalidPart", {
    details: { UploadId: upload.uploadId, PartNumber: String(partNumber), ETag: eTag },
  });
}

/** All but the last. */
function checkSizes(parts: readonly Part[]): void {
  const small = parts.slice(0, -1).find(({ sizeBytes }) => sizeBytes < MIN_PART_BYTES);
  if (small === undefined) return;
  throw new S3Error("EntityTooSmall", {
    details: {
      ProposedSize: String(small.sizeBytes),
      MinSizeAllowed: String(MIN_PART_BYTES),
      PartNumber: String(small.partNumber),
      ETag: small.eTag,
    },
  });
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
function checkNamedChecksum(upload: Upload, listed: readonly ListedPart[]): void {
  const bare = listed.find(({ checksums }) => checksums.length === 0);
  if (upload.checksumType === "COMPOSITE" && bare !== undefined) {
    throw new S3Error("InvalidRequest", {
      message: `The upload was created using a ${upload.checksumAlgorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${bare.partNumber} in the request.`,
    });
  }
  // Amazon documents a 500 for gaps in the numbers of parts that have checksums.
  if (listed.some(({ partNumber }, index) => partNumber !== index + 1)) {
    throw new S3Error("InternalError", { logNote: "part numbers with checksums must have no gaps" });
  }
}
