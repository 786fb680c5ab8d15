import { askStore, type Store } from "./store.ts";

/**
 * Give up an upload and free its parts. Parts in flight may survive one call, so call it again once
 * they have ended.
 *
 * @throws {WaybillError} `UPLOAD_NOT_FOUND` once it is completed or aborted
 */
export async function abortMultipartUpload(
  store: Store,
  upload: { key: string; uploadId: string },
): Promise<void> {
  const { key: Key, uploadId: UploadId } = upload;
  await askStore(store, "abort the upload", (client, sdk) =>
    client.send(new sdk.AbortMultipartUploadCommand({ Bucket: store.bucket, Key, UploadId })),
  );
}
