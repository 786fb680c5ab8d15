import { AbortMultipartUploadCommand } from "@aws-sdk/client-s3";
import { talkToStore } from "./storage-error.ts";
import type { Store } from "./store.ts";

/**
 * Give up an upload and free its parts. Parts in flight may survive one call, so call it again once
 * they have ended.
 *
 * @throws {WaybillError} `UPLOAD_NOT_FOUND` once it is completed or aborted
 */
export async function abortMultipartUpload(
  { client, bucket }: Store,
  upload: { key: string; uploadId: string },
): Promise<void> {
  await talkToStore("abort the upload", () =>
    client.send(
      new AbortMultipartUploadCommand({ Bucket: bucket, Key: upload.key, UploadId: upload.uploadId }),
    ),
  );
}
