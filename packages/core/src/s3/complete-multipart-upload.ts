import { CompleteMultipartUploadCommand } from "@aws-sdk/client-s3";
import type { UploadedPart } from "../schemas/upload.ts";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/**
 * Publish an upload under its key, unless an object is there that it must not replace. The SDK reads the body: S3 can
 * answer 200 and still report an error in it.
 *
 * @param options.checksum - CRC64NVME of the whole object
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function completeMultipartUpload(
  { client, bucket }: Store,
  options: {
    key: string;
    uploadId: string;
    parts: readonly UploadedPart[];
    sizeBytes: number;
    checksum: string;
    overwrite: boolean;
  },
): Promise<void> {
  const parts = options.parts.map(({ partNumber, eTag, checksum }) => ({
    PartNumber: partNumber,
    ETag: eTag,
    ...(checksum === null ? {} : { ChecksumCRC64NVME: checksum }),
  }));
  await talkToStore("complete the upload", () =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: options.key,
        UploadId: options.uploadId,
        MultipartUpload: { Parts: parts },
        ChecksumCRC64NVME: options.checksum,
        ChecksumType: "FULL_OBJECT",
        MpuObjectSize: options.sizeBytes,
        ...(options.overwrite ? {} : { IfNoneMatch: "*" }),
      }),
    ),
  );
}
