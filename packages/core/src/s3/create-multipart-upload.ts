import type { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { contentDisposition } from "../keys/content-disposition.ts";
import { notePartSize } from "../keys/noted-part-size.ts";
import { encodeMetadataValue } from "../keys/user-metadata.ts";
import { WaybillError } from "../waybill-error.ts";
import type { PutToSign } from "./request-signer.ts";
import { abortMultipartUpload } from "./abort-multipart-upload.ts";
import { hasMd5ETag } from "./has-md5-e-tag.ts";
import { serviceRefusal } from "./service-refusal.ts";
import { askStore, type Store } from "./store.ts";

/**
 * Begin a multipart upload. Where its parts and the whole are checked by CRC64NVME, that must be named here: S3
 * refuses part checksums of an upload that named none.
 *
 * @returns the uploadId
 * @throws {WaybillError} `CHECKSUM_UNPROVEN` where ETags were to be MD5s and will not be; nothing is left open
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export async function createMultipartUpload(
  store: Store,
  put: Omit<PutToSign, "sizeBytes" | "overwrite"> & { partSizeBytes: number },
): Promise<string> {
  const { bucket, integrity } = store;
  const noted = integrity === "MD5" ? notePartSize(put.metadata, put.partSizeBytes) : put.metadata;
  const metadata = Object.entries(noted).map(([name, value]) => [name, encodeMetadataValue(value)]);
  const { UploadId, ...answer } = await askStore(store, "begin the upload", (client, sdk) => {
    const command = new sdk.CreateMultipartUploadCommand({
      Bucket: bucket,
      Key: put.key,
      ContentType: put.contentType,
      ContentDisposition: contentDisposition("attachment", put.fileName),
      Metadata: Object.fromEntries(metadata),
      ...(integrity === "CRC64NVME" ? { ChecksumAlgorithm: integrity, ChecksumType: "FULL_OBJECT" } : {}),
    });
    sendOnce(command);
    return client.send(command);
  });
  if (UploadId === undefined)
    throw new WaybillError("STORAGE_DENIED", "The store began an upload but did not name it.");
  if (integrity === "MD5" && !hasMd5ETag(answer)) {
    await abortMultipartUpload(store, { key: put.key, uploadId: UploadId });
    throw new WaybillError(
      "CHECKSUM_UNPROVEN",
      "The store encrypts with keys that make its ETags something else than MD5s, so that nothing would prove what it holds.",
    );
  }
  return UploadId;
}

/**
 * The SDK would send it again when its answer is lost, and begin a second upload that nobody knows of. Who asked
 * for it can look first whether there is one. What was refused has begun nothing, and may be sent again: the SDK
 * sets its clock by such an answer.
 */
function sendOnce(command: CreateMultipartUploadCommand): void {
  let first: { error: unknown } | undefined;
  command.middlewareStack.add(
    (next) => async (input) => {
      if (first !== undefined) throw first.error;
      try {
        return await next(input);
      } catch (error) {
        const status = serviceRefusal(error)?.status;
        if (status === undefined || status >= 500) first = { error };
        throw error;
      }
    },
    { step: "finalizeRequest", priority: "low", name: "sendOnce" }, // inside of what tries again
  );
}
