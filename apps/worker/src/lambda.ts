import { withParameters } from "@waybill/core/parameters";
import { createClient, createJobs, log } from "./create-jobs.ts";
import { parseEnv } from "./env.ts";
import { recordStoredObjects, type BatchResult } from "./events/record-stored-objects.ts";

/** Leaves time to say what happened. */
const RESERVE_MS = 5000;

/** Run every job once: for a schedule. A failure is the function's, so that an alarm goes off and AWS tries again. */
export async function sweep(_event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> {
  const env = parseEnv(await withParameters(process.env));
  using client = createClient(env);
  const signal = AbortSignal.timeout(context.getRemainingTimeInMillis() - RESERVE_MS);
  for (const job of createJobs(env)) await job.run({ client, now: () => new Date(), log, signal });
}

/** Take a batch of S3's events from the queue. */
export async function events(batch: unknown): Promise<BatchResult> {
  return recordStoredObjects(batch, log);
}
