import type { NewObject } from "./object-store/object-table.ts";
import type { S3Call } from "./operation.ts";
import { requireBucket } from "./require-found.ts";
import { checkWriteConditions, type WriteConditions } from "./write-conditions.ts";

/**
 * Make received bytes visible as an object, whole or not at all. When that fails, the bytes are
 * removed; when it succeeds, those of the object before are.
 *
 * @throws {S3Error} `PreconditionFailed`, decided in the transaction that publishes
 */
export async function publishObject(
  { request, store }: Pick<S3Call, "request" | "store">,
  options: { object: NewObject; conditions: WriteConditions },
): Promise<void> {
  const { object, conditions } = options;
  let obsolete: string[] = [];
  try {
    obsolete = store.transaction(() => {
      requireBucket(store, request);
      checkWriteConditions(conditions, store.objects.find(object.bucket, object.key));
      return store.replaceObject(object);
    });
  } catch (error) {
    obsolete = object.segments.map(({ blobId }) => blobId);
    throw error;
  } finally {
    await store.blobs.remove(obsolete);
  }
}
