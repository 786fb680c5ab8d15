import type { NewObject } from "../object-store/object-version.ts";
import type { S3Call } from "../operation.ts";
import { createVersionId, NULL_VERSION } from "./version-id.ts";
import { versioningStatus } from "./versioning-status.ts";

export interface PublishedVersion {
  /** To be named in the answer: only where versioning is enabled. */
  versionId: string | undefined;
  /** Blobs to remove after the commit. */
  obsolete: string[];
}

/**
 * Make an object visible: as a new version where versioning is enabled, else in place of the null version.
 * Every write ends here, within a transaction.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
 */
export function publishVersion(
  { store, notify }: Pick<S3Call, "store" | "notify">,
  object: NewObject,
): PublishedVersion {
  const { bucket, key, sizeBytes, eTag } = object;
  const isVersioned = versioningStatus(store, bucket) === "Enabled";
  // Of two versions made by uploads the one is current whose upload was initiated last:
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
  const sequence = (isVersioned ? object.multipart?.sequence : undefined) ?? store.nextSequence();
  const versionId = isVersioned ? createVersionId(sequence) : NULL_VERSION;
  const replaced = isVersioned ? undefined : store.objects.version(bucket, key, NULL_VERSION);
  const blobIds = replaced === undefined ? [] : store.objects.remove(replaced.id);
  store.objects.insert({ ...object, sequence, versionId });
  store.uploads.overtake(bucket, key);
  const namedVersion = isVersioned ? versionId : undefined;
  notify({ name: "ObjectCreated", bucket, key, versionId: namedVersion, sizeBytes, eTag });
  return {
    versionId: namedVersion,
    obsolete: store.segments.unreferenced(blobIds), // a copy onto itself keeps them
  };
}
