import { toLastModified } from "../last-modified.ts";
import type { ObjectVersion } from "../object-store/object-version.ts";
import type { S3Call } from "../operation.ts";
import type { Address } from "../resolve-address.ts";
import { createVersionId, NULL_VERSION } from "./version-id.ts";
import { namedVersionId, versioningStatus } from "./versioning-status.ts";

/** What a deletion did, as the answer tells it. */
export interface Deletion {
  /** The version that was removed for good, or the delete marker that was made. */
  versionId: string | undefined;
  /** Whether that is a delete marker. */
  isDeleteMarker: boolean;
  /** Blobs to remove after the commit. */
  obsolete: string[];
}

/**
 * What DELETE does without a version: remove the object, or, in a bucket that has or had versioning, put a
 * delete marker in front of its versions. Within a transaction.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export function deleteCurrent(
  call: Pick<S3Call, "store" | "clock" | "notify">,
  { bucket, key }: Address,
): Deletion {
  const { store } = call;
  const status = versioningStatus(store, bucket);
  // A null version goes unless versioning is enabled, be it an object or a delete marker:
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectsfromVersioningSuspendedBuckets.html
  const nullVersion = status === "Enabled" ? undefined : store.objects.version(bucket, key, NULL_VERSION);
  const removed = nullVersion === undefined ? [] : removeVersion(call, nullVersion);
  if (status === undefined) {
    if (nullVersion !== undefined) call.notify({ name: "ObjectRemoved:Delete", bucket, key });
    return { versionId: undefined, isDeleteMarker: false, obsolete: removed };
  }
  const sequence = store.nextSequence();
  const versionId = status === "Enabled" ? createVersionId(sequence) : NULL_VERSION;
  const lastModified = toLastModified(call.clock());
  store.objects.insertDeleteMarker({ bucket, key, sequence, versionId, lastModified });
  store.uploads.overtake(bucket, key);
  call.notify({ name: "ObjectRemoved:DeleteMarkerCreated", bucket, key, versionId, eTag: EMPTY_E_TAG });
  return { versionId, isDeleteMarker: true, obsolete: removed };
}

/** Remove this version for good; without a delete marker, what was behind it is back. Within a transaction. */
export function deleteVersion(call: Pick<S3Call, "store" | "notify">, version: ObjectVersion): Deletion {
  const { bucket, key, isDeleteMarker } = version;
  const versionId = namedVersionId(call.store, version);
  const obsolete = removeVersion(call, version);
  call.notify({ name: "ObjectRemoved:Delete", bucket, key, versionId });
  return { versionId, isDeleteMarker, obsolete };
}

/** Amazon tells of a delete marker as of an object without bytes: this is their MD5. */
const EMPTY_E_TAG = '"d41d8cd98f00b204e9800998ecf8427e"';

/** Every version that a deletion removes goes through here. */
function removeVersion({ store }: Pick<S3Call, "store">, version: ObjectVersion): string[] {
  const { bucket, key } = version;
  if (store.objects.current(bucket, key)?.id === version.id) store.uploads.overtake(bucket, key);
  return store.objects.remove(version.id);
}
