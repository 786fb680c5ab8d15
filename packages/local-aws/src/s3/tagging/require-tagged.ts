import type { StoredObject } from "../object-store/object-version.ts";
import type { S3Call } from "../operation.ts";
import { markerNotAllowed, requireBucket, requireVersion, versionAddressOf } from "../require-found.ts";
import { versionHeader } from "../versions/version-headers.ts";
import { namedVersionId } from "../versions/versioning-status.ts";

/**
 * The object, or version of it, whose tags a request is about. A delete marker has none, not even as the
 * current version.
 *
 * @returns it, and the headers of the answer
 * @throws {S3Error} `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`
 */
export function requireTagged(call: S3Call): { object: StoredObject; headers: Record<string, string> } {
  const { request, store } = call;
  requireBucket(store, request);
  const object = requireVersion(call, versionAddressOf(request));
  if (object.isDeleteMarker) throw markerNotAllowed(request.method, object);
  return { object, headers: versionHeader(namedVersionId(store, object)) };
}

/** The permission that a version needs is another one. */
export function taggingAction(verb: "Get" | "Put" | "Delete", versionId: string | undefined): string {
  return versionId === undefined ? `s3:${verb}ObjectTagging` : `s3:${verb}ObjectVersionTagging`;
}
