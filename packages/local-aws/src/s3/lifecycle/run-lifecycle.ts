import type { ObjectStore } from "../object-store/object-store.ts";
import type { Upload } from "../object-store/upload-table.ts";
import { findAbortion, lastDueInitiation } from "./abort-date.ts";
import { readLifecycle } from "./lifecycle-configuration.ts";

export interface LifecycleRun {
  abortedUploads: number;
}

export interface LifecycleContext {
  store: ObjectStore;
  clock: () => Date;
  log: (line: string) => void;
}

/**
 * Do what the rules of all buckets ask for by now.
 *
 * @param stopping - ends it between two uploads
 */
export async function runLifecycle(context: LifecycleContext, stopping: AbortSignal): Promise<LifecycleRun> {
  let abortedUploads = 0;
  for (const bucket of context.store.buckets.withSetting("lifecycle")) {
    abortedUploads += await abortDueUploads(context, bucket, stopping);
  }
  return { abortedUploads };
}

async function abortDueUploads(
  { store, clock, log }: LifecycleContext,
  bucket: string,
  stopping: AbortSignal,
): Promise<number> {
  const rules = (readLifecycle(store, bucket)?.rules ?? []).filter(({ isEnabled }) => isEnabled);
  if (rules.length === 0) return 0;
  const now = clock();
  const initiatedUntil = lastDueInitiation(rules, now);
  let aborted = 0;
  let last: Pick<Upload, "key" | "uploadId"> = { key: "", uploadId: "" };
  while (!stopping.aborted) {
    const upload = store.uploads.findInitiatedUntil(bucket, { time: initiatedUntil, after: last });
    if (upload === undefined) return aborted;
    last = upload;
    const abortion = findAbortion(rules, upload);
    if (abortion === undefined || abortion.abortAt > now) continue;
    await store.blobs.remove(store.transaction(() => store.uploads.remove(upload.uploadId)));
    const name = JSON.stringify(`${bucket}/${upload.key}`);
    log(`lifecycle rule ${JSON.stringify(abortion.ruleId)} aborted an upload of ${name}`);
    aborted += 1;
  }
  return aborted;
}
