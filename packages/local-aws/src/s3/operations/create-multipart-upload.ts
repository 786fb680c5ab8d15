import { randomBytes } from "node:crypto";
import { CHECKSUM_TYPES, parseChecksumType } from "../checksums/checksum-algorithm.ts";
import { parseNamedAlgorithm } from "../checksums/declared-checksum.ts";
import { ENCRYPTION_HEADERS } from "../encryption.ts";
import { abortHeaders } from "../lifecycle/due-headers.ts";
import { OBJECT_WRITE_HEADERS, objectWriteActions, parseObjectProperties } from "../object-headers.ts";
import type { Upload } from "../object-store/upload-table.ts";
import type { S3Operation } from "../operation.ts";
import { requireBucket } from "../require-found.ts";
import { S3Error } from "../s3-error.ts";
import { xmlDocument, xmlText } from "../xml/write-xml.ts";

type ChecksumChoice = Pick<Upload, "checksumAlgorithm" | "checksumType" | "checksumNamed">;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: S3Operation = {
  name: "CreateMultipartUpload",
  actions: objectWriteActions,
  headers: [...OBJECT_WRITE_HEADERS, "x-amz-checksum-algorithm", "x-amz-checksum-type"],
  async run({ request, store, clock }) {
    const { bucket, key } = request;
    requireBucket(store, request);
    const choice = parseChecksumChoice(request.headers);
    const properties = parseObjectProperties(request.headers);
    const initiatedAt = clock();
    const uploadId = createUploadId(initiatedAt);
    store.transaction(() => {
      const sequence = store.nextSequence();
      store.uploads.insert({ ...properties, ...choice, uploadId, bucket, key, sequence, initiatedAt });
    });
    const body = xmlDocument("InitiateMultipartUploadResult", [
      xmlText("Bucket", bucket),
      xmlText("Key", key),
      xmlText("UploadId", uploadId),
    ]);
    const answerHeaders = { ...ENCRYPTION_HEADERS, ...abortHeaders(store, { bucket, key, initiatedAt }) };
    if (!choice.checksumNamed) return { status: 200, headers: answerHeaders, body };
    return {
      status: 200,
      headers: {
        ...answerHeaders,
        "x-amz-checksum-algorithm": choice.checksumAlgorithm,
        "x-amz-checksum-type": choice.checksumType,
      },
      body,
    };
  },
};

/** Ids of one key must sort by the time of their Create, as ListMultipartUploads lists them. */
function createUploadId(initiatedAt: Date): string {
  const time = initiatedAt.getTime().toString(16).padStart(12, "0");
  return `${time}${randomBytes(42).toString("hex")}`;
}

function parseChecksumChoice(headers: ReadonlyMap<string, string>): ChecksumChoice {
  const algorithm = parseNamedAlgorithm(headers);
  const typeText = headers.get("x-amz-checksum-type");
  if (algorithm === undefined) {
    if (typeText !== undefined) {
      throw invalidRequest(
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
      );
    }
    return { checksumAlgorithm: "CRC64NVME", checksumType: "FULL_OBJECT", checksumNamed: false };
  }
  const [usual] = CHECKSUM_TYPES[algorithm];
  const type = typeText === undefined ? usual : parseChecksumType(typeText);
  if (type === undefined) throw invalidRequest("Value for x-amz-checksum-type header is invalid.");
  if (!CHECKSUM_TYPES[algorithm].some((possible) => possible === type)) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { checksumAlgorithm: algorithm, checksumType: type, checksumNamed: true };
}

function invalidRequest(message: string): S3Error {
  return new S3Error("InvalidRequest", { message });
}
