import { receiveUpload } from "../body/receive-upload.ts";
import { checksumHeader } from "../checksums/checksum-algorithm.ts";
import { parseDeclaredAlgorithm } from "../checksums/declared-checksum.ts";
import { ENCRYPTION_HEADERS } from "../encryption.ts";
import { toLastModified } from "../last-modified.ts";
import { expirationHeader } from "../lifecycle/due-headers.ts";
import { OBJECT_WRITE_HEADERS, objectWriteActions, parseObjectProperties } from "../object-headers.ts";
import type { NewObject } from "../object-store/object-version.ts";
import { toSegment } from "../object-store/segment-table.ts";
import type { S3Operation } from "../operation.ts";
import { publishObject } from "../publish-object.ts";
import { requireBucket } from "../require-found.ts";
import { versionHeader } from "../versions/version-headers.ts";
import { checkWriteConditions, parseWriteConditions } from "../write-conditions.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: S3Operation = {
  name: "PutObject",
  actions: objectWriteActions,
  // x-amz-checksum-algorithm means nothing here, and S3 ignores it.
  headers: [...OBJECT_WRITE_HEADERS, "x-amz-checksum-algorithm"],
  takesBody: true,
  takesChunks: true,
  async run(call) {
    const { request, store, clock } = call;
    const { bucket, key } = request;
    requireBucket(store, request);
    const conditions = parseWriteConditions(request.headers);
    const properties = parseObjectProperties(request.headers);
    // Refused before the body is read, and looked at again when the object is published.
    checkWriteConditions(store, request, conditions);
    // Without a checksum from the client S3 computes this one:
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    const algorithm = parseDeclaredAlgorithm(request.headers) ?? "CRC64NVME";
    const { blob, eTag, checksumValue } = await receiveUpload(call, algorithm);
    const object: NewObject = {
      ...properties,
      bucket,
      key,
      sizeBytes: blob.sizeBytes,
      eTag,
      lastModified: toLastModified(clock()),
      checksum: { algorithm, type: "FULL_OBJECT", value: checksumValue },
      segments: [toSegment(blob)],
    };
    const { versionId } = await publishObject(call, { object, conditions });
    return {
      status: 200,
      headers: {
        ...ENCRYPTION_HEADERS,
        ...versionHeader(versionId),
        ...expirationHeader(store, object),
        etag: eTag,
        [checksumHeader(algorithm)]: checksumValue,
        "x-amz-checksum-type": "FULL_OBJECT",
      },
    };
  },
};
