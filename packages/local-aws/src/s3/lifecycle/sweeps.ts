import type { ObjectStore } from "../object-store/object-store.ts";
import type { NoncurrentVersion } from "../object-store/object-table.ts";
import type { ObjectVersion, StoredObject } from "../object-store/object-version.ts";
import type { Upload } from "../object-store/upload-table.ts";
import { deleteCurrent, deleteVersion } from "../versions/delete-version.ts";
import { isMeant, lastDueMarkerTime, lastDueTime } from "./due-date.ts";
import type { LifecycleRule } from "./lifecycle-configuration.ts";

export interface LifecycleContext {
  store: ObjectStore;
  clock: () => Date;
  log: (line: string) => void;
}

/** What one rule of a bucket asks for by now. */
export interface LifecycleSweep extends LifecycleContext {
  bucket: string;
  rule: LifecycleRule;
  now: Date;
  stopping: AbortSignal;
}

/** @returns how many */
export async function abortUploads(sweep: LifecycleSweep): Promise<number> {
  const { store, bucket, rule, now } = sweep;
  const time = lastDueTime(rule, "AbortIncompleteMultipartUpload", now);
  if (time === undefined) return 0;
  return takeAway<Upload>(sweep, {
    find: (last) =>
      store.uploads.findInitiatedUntil(bucket, { time, after: last ?? { key: "", uploadId: "" } }),
    isMeant: ({ key }) => isMeant({ key }, rule.scope),
    remove: ({ uploadId }) => store.uploads.remove(uploadId),
    done: "aborted an upload of",
  });
}

/**
 * Of a bucket with versions, only what is current expires, and a delete marker takes its place.
 *
 * @returns how many
 */
export async function expireObjects(sweep: LifecycleSweep): Promise<number> {
  const { store, bucket, rule, now } = sweep;
  const { prefix = "" } = rule.scope;
  const time = lastDueTime(rule, "Expiration", now);
  if (time === undefined) return 0;
  return takeAway<StoredObject>(sweep, {
    find: (last) => store.objects.findStoredUntil(bucket, { time, prefix, after: last?.key ?? "" }),
    isMeant: (object) => isMeant(object, rule.scope),
    remove: ({ key }) => deleteCurrent(silent(sweep), { bucket, key }).obsolete,
    done: "expired",
  });
}

/**
 * Versions that are not current. Of a key the oldest goes first, which leaves as many newer ones as there were.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html
 *
 * @returns how many
 */
export async function removeVersions(sweep: LifecycleSweep): Promise<number> {
  const { store, bucket, rule, now } = sweep;
  const { prefix = "" } = rule.scope;
  const time = lastDueTime(rule, "NoncurrentVersionExpiration", now);
  if (time === undefined) return 0;
  return takeAway<NoncurrentVersion>(sweep, {
    find: (last) =>
      store.objects.findNoncurrent(bucket, { time, prefix, after: last ?? { key: "", sequence: 0 } }),
    isMeant: (version) =>
      isMeant(version, rule.scope) && version.newerVersions >= (rule.newerNoncurrentVersions ?? 0),
    remove: (version) => deleteVersion(silent(sweep), version).obsolete,
    done: "removed a noncurrent version of",
  });
}

/**
 * Delete markers with nothing behind them.
 *
 * @returns how many
 */
export async function removeLoneMarkers(sweep: LifecycleSweep): Promise<number> {
  const { store, bucket, rule, now } = sweep;
  const { prefix = "" } = rule.scope;
  const time = lastDueMarkerTime(rule, now);
  if (time === undefined) return 0;
  return takeAway<ObjectVersion>(sweep, {
    find: (last) => store.objects.findLoneMarker(bucket, { time, prefix, after: last?.key ?? "" }),
    isMeant: ({ key }) => isMeant({ key }, rule.scope),
    remove: (marker) => deleteVersion(silent(sweep), marker).obsolete,
    done: "removed the delete marker of",
  });
}

/** What lifecycle rules do has events of its own names, `s3:LifecycleExpiration:*`, which no queue can ask for here. */
function silent({ store, clock }: LifecycleSweep) {
  return { store, clock, notify: () => {} };
}

/** What is due by its age. */
interface Candidates<T extends { key: string }> {
  /** The first one behind the last one. */
  find: (last: T | undefined) => T | undefined;
  isMeant: (candidate: T) => boolean;
  /** Within a transaction. @returns the blobs to remove after it */
  remove: (candidate: T) => string[];
  done: string;
}

async function takeAway<T extends { key: string }>(
  { store, bucket, rule, log, stopping }: LifecycleSweep,
  candidates: Candidates<T>,
): Promise<number> {
  let count = 0;
  let last: T | undefined;
  while (!stopping.aborted) {
    const candidate = candidates.find(last);
    if (candidate === undefined) break;
    last = candidate;
    if (!candidates.isMeant(candidate)) continue;
    await store.blobs.remove(store.transaction(() => candidates.remove(candidate)));
    const name = JSON.stringify(`${bucket}/${candidate.key}`);
    log(`lifecycle rule ${JSON.stringify(rule.id)} ${candidates.done} ${name}`);
    count += 1;
  }
  return count;
}
