import type { ObjectStore } from "../object-store/object-store.ts";
import type { ObjectVersion, StoredObject } from "../object-store/object-version.ts";
import type { Upload } from "../object-store/upload-table.ts";
import { deleteCurrent, deleteVersion } from "../versions/delete-version.ts";
import {
  doesAction,
  type Due,
  findDue,
  findMarkerDue,
  lastDueTime,
  type LifecycleSubject,
} from "./due-date.ts";
import type { LifecycleRule } from "./lifecycle-configuration.ts";

export interface LifecycleContext {
  store: ObjectStore;
  clock: () => Date;
  log: (line: string) => void;
}

/** What the rules of one bucket ask for by now. */
export interface LifecycleSweep extends LifecycleContext {
  bucket: string;
  rules: readonly LifecycleRule[];
  now: Date;
  stopping: AbortSignal;
}

/** @returns how many */
export async function abortUploads(sweep: LifecycleSweep): Promise<number> {
  const { store, bucket, rules, now } = sweep;
  const time = lastDueTime(rules, "AbortIncompleteMultipartUpload", now);
  if (time === undefined) return 0;
  return takeAway<Upload>(sweep, {
    find: (last) =>
      store.uploads.findInitiatedUntil(bucket, { time, after: last ?? { key: "", uploadId: "" } }),
    findDue: ({ key, initiatedAt }) =>
      findDue(rules, "AbortIncompleteMultipartUpload", { key, since: initiatedAt }),
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
  const { store, bucket, rules, now } = sweep;
  const time = lastDueTime(rules, "Expiration", now);
  if (time === undefined) return 0;
  return takeAway<StoredObject>(sweep, {
    find: (last) => store.objects.findStoredUntil(bucket, { time, after: last?.key ?? "" }),
    findDue: (object) => findDue(rules, "Expiration", { ...object, since: object.lastModified }),
    remove: ({ key }) => deleteCurrent(silent(sweep), { bucket, key }).obsolete,
    done: "expired",
  });
}

/**
 * Versions that are not current.
 *
 * @returns how many
 */
export async function removeVersions(sweep: LifecycleSweep): Promise<number> {
  const { store, bucket, rules, now } = sweep;
  const time = lastDueTime(rules, "NoncurrentVersionExpiration", now);
  if (time === undefined) return 0;
  return takeAway<ObjectVersion & LifecycleSubject>(sweep, {
    find(last) {
      const found = store.objects.findNoncurrent(bucket, { time, after: last ?? { key: "", sequence: 0 } });
      return found && { ...found.version, since: found.replacedAt, newerVersions: found.newerVersions };
    },
    findDue: (version) => findDue(rules, "NoncurrentVersionExpiration", version),
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
  const { store, bucket, rules } = sweep;
  if (!rules.some((rule) => doesAction(rule, "Expiration"))) return 0;
  return takeAway<ObjectVersion>(sweep, {
    find: (last) => store.objects.findLoneMarker(bucket, last?.key ?? ""),
    findDue: ({ key, lastModified }) => findMarkerDue(rules, { key, since: lastModified }),
    remove: (marker) => deleteVersion(silent(sweep), marker).obsolete,
    done: "removed the delete marker of",
  });
}

/** What lifecycle rules do has events of its own names, `s3:LifecycleExpiration:*`, which no queue can ask for here. */
function silent({ store, clock }: LifecycleSweep) {
  return { store, clock, notify: () => {} };
}

interface Candidates<T extends { key: string }> {
  /** The first one behind the last one. */
  find: (last: T | undefined) => T | undefined;
  findDue: (candidate: T) => Due | undefined;
  /** Within a transaction. @returns the blobs to remove after it */
  remove: (candidate: T) => string[];
  done: string;
}

async function takeAway<T extends { key: string }>(
  { store, bucket, now, log, stopping }: LifecycleSweep,
  { find, findDue: dueOf, remove, done }: Candidates<T>,
): Promise<number> {
  let count = 0;
  let last: T | undefined;
  while (!stopping.aborted) {
    last = find(last);
    if (last === undefined) break;
    const candidate = last;
    const due = dueOf(candidate);
    if (due === undefined || due.dueAt > now) continue;
    await store.blobs.remove(store.transaction(() => remove(candidate)));
    log(
      `lifecycle rule ${JSON.stringify(due.ruleId)} ${done} ${JSON.stringify(`${bucket}/${candidate.key}`)}`,
    );
    count += 1;
  }
  return count;
}
