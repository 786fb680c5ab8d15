import type { S3Operation } from "../operation.ts";
import { requireUpload } from "../require-found.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: S3Operation = {
  name: "AbortMultipartUpload",
  actions: () => ["s3:AbortMultipartUpload"],
  async run({ request, store }) {
    const obsolete = store.transaction(() => store.uploads.remove(requireUpload(store, request).uploadId));
    await store.blobs.remove(obsolete);
    return { status: 204 };
  },
};
