import type { ObjectStore } from "../object-store/object-store.ts";
import type { Upload } from "../object-store/upload-table.ts";
import { deleteCurrent } from "../versions/delete-version.ts";
import { findDue, lastDueTime } from "./due-date.ts";
import { type LifecycleRule, readLifecycle } from "./lifecycle-configuration.ts";

export interface LifecycleRun {
  abortedUploads: number;
  /** Removed, or with versions: behind a delete marker. */
  expiredObjects: number;
}

export interface LifecycleContext {
  store: ObjectStore;
  clock: () => Date;
  log: (line: string) => void;
}

/**
 * Do what the rules of all buckets ask for by now.
 *
 * @param stopping - ends it between two uploads or objects
 */
export async function runLifecycle(context: LifecycleContext, stopping: AbortSignal): Promise<LifecycleRun> {
  let abortedUploads = 0;
  let expiredObjects = 0;
  for (const bucket of context.store.buckets.withSetting("lifecycle")) {
    const rules = readLifecycle(context.store, bucket)?.rules ?? [];
    abortedUploads += await abortDueUploads(context, { bucket, rules, stopping });
    expiredObjects += await expireDueObjects(context, { bucket, rules, stopping });
  }
  return { abortedUploads, expiredObjects };
}

interface BucketRun {
  bucket: string;
  rules: readonly LifecycleRule[];
  stopping: AbortSignal;
}

async function abortDueUploads(
  { store, clock, log }: LifecycleContext,
  { bucket, rules, stopping }: BucketRun,
): Promise<number> {
  const now = clock();
  const initiatedUntil = lastDueTime(rules, "AbortIncompleteMultipartUpload", now);
  if (initiatedUntil === undefined) return 0;
  let aborted = 0;
  let last: Pick<Upload, "key" | "uploadId"> = { key: "", uploadId: "" };
  while (!stopping.aborted) {
    const upload = store.uploads.findInitiatedUntil(bucket, { time: initiatedUntil, after: last });
    if (upload === undefined) return aborted;
    last = upload;
    const due = findDue(rules, "AbortIncompleteMultipartUpload", {
      key: upload.key,
      since: upload.initiatedAt,
    });
    if (due === undefined || due.dueAt > now) continue;
    await store.blobs.remove(store.transaction(() => store.uploads.remove(upload.uploadId)));
    const name = JSON.stringify(`${bucket}/${upload.key}`);
    log(`lifecycle rule ${JSON.stringify(due.ruleId)} aborted an upload of ${name}`);
    aborted += 1;
  }
  return aborted;
}

/** Of a bucket with versions, only what is current expires, and a delete marker takes its place. */
async function expireDueObjects(
  { store, clock, log }: LifecycleContext,
  { bucket, rules, stopping }: BucketRun,
): Promise<number> {
  const now = clock();
  const storedUntil = lastDueTime(rules, "Expiration", now);
  if (storedUntil === undefined) return 0;
  let expired = 0;
  let after = "";
  while (!stopping.aborted) {
    const object = store.objects.findStoredUntil(bucket, { time: storedUntil, after });
    if (object === undefined) return expired;
    const { key, lastModified } = object;
    after = key;
    const due = findDue(rules, "Expiration", { ...object, since: lastModified });
    if (due === undefined || due.dueAt > now) continue;
    // Its events have names of their own, s3:LifecycleExpiration:*, which no queue can ask for here.
    const call = { store, clock, notify: () => {} };
    await store.blobs.remove(store.transaction(() => deleteCurrent(call, { bucket, key }).obsolete));
    log(`lifecycle rule ${JSON.stringify(due.ruleId)} expired ${JSON.stringify(`${bucket}/${key}`)}`);
    expired += 1;
  }
  return expired;
}
