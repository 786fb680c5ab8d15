import type { S3Call } from "../operation.ts";
import { requireTagged } from "./require-tagged.ts";
import type { Tag } from "./tag.ts";

/**
 * Give the object, or version of it, that a request is about these tags in place of all it had. Within a
 * transaction: it may have gone, or be another one, since the request came.
 *
 * @returns the headers of the answer
 * @throws {S3Error} as `requireTagged`
 */
export function setTags(
  call: S3Call,
  options: { tags: readonly Tag[]; verb: "Put" | "Delete" },
): Record<string, string> {
  const { object, headers } = requireTagged(call);
  const { bucket, key, eTag } = object;
  call.store.objects.setTags(object.id, options.tags);
  const versionId = headers["x-amz-version-id"];
  call.notify({ name: `ObjectTagging:${options.verb}`, bucket, key, versionId, eTag });
  return headers;
}
