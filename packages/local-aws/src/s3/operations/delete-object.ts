import type { S3Operation, S3Request } from "../operation.ts";
import { requireBucket, versionAddressOf } from "../require-found.ts";
import { deleteAddressed, deletionActions } from "../versions/delete-addressed.ts";
import { versionHeader } from "../versions/version-headers.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: S3Operation = {
  name: "DeleteObject",
  actions: (request) => deletionActions({ versionId: request.query.get("versionId"), eTag: eTagOf(request) }),
  parameters: ["versionId"],
  async run(call) {
    const { request, store } = call;
    requireBucket(store, request);
    const wanted = { ...versionAddressOf(request), eTag: eTagOf(request) };
    const { versionId, isDeleteMarker, obsolete } = store.transaction(() => deleteAddressed(call, wanted));
    await store.blobs.remove(obsolete);
    return {
      status: 204, // whether or not there was anything
      headers: {
        ...versionHeader(versionId),
        ...(isDeleteMarker ? { "x-amz-delete-marker": "true" } : {}),
      },
    };
  },
};

function eTagOf({ headers }: S3Request): string | undefined {
  return headers.get("if-match");
}
