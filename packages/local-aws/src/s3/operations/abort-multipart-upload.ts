import { MAX_PART_COUNT } from "@waybill/core/s3-limits";
import type { S3Operation } from "../operation.ts";
import { requireUpload } from "../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: S3Operation = {
  name: "AbortMultipartUpload",
  actions: () => ["s3:AbortMultipartUpload"],
  async run({ request, store }) {
    const parts = store.transaction(() => {
      const { uploadId } = requireUpload(store, request);
      const found = store.uploads.parts(uploadId, { after: 0, limit: MAX_PART_COUNT });
      store.uploads.remove(uploadId);
      return found;
    });
    await store.blobs.remove(parts.map(({ blobId }) => blobId));
    return { status: 204 };
  },
};
