import { readLifecycle } from "./lifecycle-configuration.ts";
import {
  abortUploads,
  expireObjects,
  type LifecycleContext,
  type LifecycleSweep,
  removeLoneMarkers,
  removeVersions,
} from "./sweeps.ts";

export interface LifecycleRun {
  abortedUploads: number;
  /** Removed, or with versions: behind a delete marker. */
  expiredObjects: number;
  /** Noncurrent ones, and delete markers with nothing behind them. They are gone for good. */
  removedVersions: number;
}

/**
 * Do what the rules of all buckets ask for by now.
 *
 * @param stopping - ends it between two uploads or versions
 */
export async function runLifecycle(context: LifecycleContext, stopping: AbortSignal): Promise<LifecycleRun> {
  const run = { abortedUploads: 0, expiredObjects: 0, removedVersions: 0 };
  for (const bucket of context.store.buckets.withSetting("lifecycle")) {
    const rules = readLifecycle(context.store, bucket)?.rules ?? [];
    const now = context.clock();
    const sweeps = rules.map((rule): LifecycleSweep => ({ ...context, bucket, rule, now, stopping }));
    for (const sweep of sweeps) run.abortedUploads += await abortUploads(sweep);
    for (const sweep of sweeps) run.expiredObjects += await expireObjects(sweep);
    for (const sweep of sweeps) run.removedVersions += await removeVersions(sweep);
    for (const sweep of sweeps) run.removedVersions += await removeLoneMarkers(sweep);
  }
  return run;
}
