import type { Checksum } from "../schemas/object.ts";
import type { UploadedPart } from "../schemas/upload.ts";
import { askStore, type Store } from "./store.ts";

/**
 * Publish an upload under its key, unless an object is there that it must not replace. The SDK reads the body: S3 can
 * answer 200 and still report an error in it.
 *
 * @param options.checksum - of the whole object; a store that has MD5s alone is not told
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function completeMultipartUpload(
  store: Store,
  options: {
    key: string;
    uploadId: string;
    parts: readonly UploadedPart[];
    sizeBytes: number;
    checksum: Checksum;
    overwrite: boolean;
  },
): Promise<void> {
  const { checksum } = options;
  const isCrc = checksum.algorithm === "CRC64NVME";
  const parts = options.parts.map((part) => ({
    PartNumber: part.partNumber,
    ETag: part.eTag,
    ...(isCrc && part.checksum !== null ? { ChecksumCRC64NVME: part.checksum } : {}),
  }));
  const promises = {
    ChecksumCRC64NVME: checksum.value,
    ChecksumType: "FULL_OBJECT",
    MpuObjectSize: options.sizeBytes,
  } as const;
  await askStore(store, "complete the upload", (client, sdk) =>
    client.send(
      new sdk.CompleteMultipartUploadCommand({
        Bucket: store.bucket,
        Key: options.key,
        UploadId: options.uploadId,
        MultipartUpload: { Parts: parts },
        ...(isCrc ? promises : {}),
        ...(options.overwrite ? {} : { IfNoneMatch: "*" }),
      }),
    ),
  );
}
