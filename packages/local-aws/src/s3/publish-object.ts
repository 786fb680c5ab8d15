import type { NewObject } from "./object-store/object-version.ts";
import type { S3Call } from "./operation.ts";
import { requireBucket } from "./require-found.ts";
import { publishVersion } from "./versions/publish-version.ts";
import { checkWriteConditions, type WriteConditions } from "./write-conditions.ts";

/**
 * Make received bytes visible as an object, whole or not at all. When that fails, the bytes are
 * removed; when it succeeds, those of the object before are, unless it lives on as a version.
 *
 * @returns the version's id, where versioning is enabled
 * @throws {S3Error} `PreconditionFailed`, decided in the transaction that publishes
 */
export async function publishObject(
  call: Pick<S3Call, "request" | "store" | "notify">,
  options: { object: NewObject; conditions: WriteConditions },
): Promise<{ versionId: string | undefined }> {
  const { request, store } = call;
  const { object, conditions } = options;
  let obsolete: string[] = [];
  try {
    const published = store.transaction(() => {
      requireBucket(store, request);
      checkWriteConditions(store, object, conditions);
      return publishVersion(call, object);
    });
    obsolete = published.obsolete;
    return published;
  } catch (error) {
    obsolete = object.segments.map(({ blobId }) => blobId);
    throw error;
  } finally {
    await store.blobs.remove(obsolete);
  }
}
