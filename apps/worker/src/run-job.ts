import { sleep, WaybillError } from "@waybill/core";
import type { Job, JobContext } from "./job.ts";

/** Run a job now and then every `everyMs`, until the signal aborts. A failure is logged, and the next turn comes. */
export async function runJob(job: Job, context: JobContext): Promise<void> {
  const { signal, log } = context;
  while (!signal.aborted) {
    try {
      await job.run(context);
    } catch (error) {
      if (signal.aborted) return;
      const known = error instanceof WaybillError ? error : new WaybillError("INTERNAL");
      log({ event: "job-failed", job: job.name, code: known.code, message: known.message });
    }
    await sleep(job.everyMs, signal).catch(() => undefined); // aborted: the loop ends
  }
}
