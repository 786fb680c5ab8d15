import type { ObjectStore } from "../object-store/object-store.ts";
import type { ObjectVersion } from "../object-store/object-version.ts";

/** Once enabled, versioning can be suspended but never be gone again. */
export type VersioningStatus = "Enabled" | "Suspended";

/** @returns `undefined` for a bucket that never had versions */
export function versioningStatus(store: ObjectStore, bucket: string): VersioningStatus | undefined {
  const value = store.buckets.setting(bucket, "versioning");
  return value === undefined ? undefined : parseVersioningStatus(value);
}

/** The id by which an answer names a version: none in a bucket that never had versions. */
export function namedVersionId(
  store: ObjectStore,
  { bucket, versionId }: Pick<ObjectVersion, "bucket" | "versionId">,
): string | undefined {
  return versioningStatus(store, bucket) === undefined ? undefined : versionId;
}

export function parseVersioningStatus(text: string | undefined): VersioningStatus | undefined {
  return (["Enabled", "Suspended"] as const).find((status) => status === text);
}
