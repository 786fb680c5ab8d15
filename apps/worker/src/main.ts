import { createWaybillClient } from "@waybill/client/node";
import { parseEnv } from "./env.ts";
import { abortStaleUploads } from "./jobs/abort-stale-uploads.ts";
import { runJob } from "./run-job.ts";
import { shutdownSignal } from "./shutdown.ts";

const env = parseEnv(process.env);
using client = createWaybillClient({ url: env.WAYBILL_API_URL, token: env.WAYBILL_WORKER_TOKEN });
const context = {
  client,
  now: () => new Date(),
  log: (event: Record<string, unknown>) =>
    console.log(JSON.stringify({ at: new Date().toISOString(), ...event })),
  signal: shutdownSignal(process),
};
const jobs = [
  abortStaleUploads({
    olderThanMs: env.WAYBILL_STALE_UPLOAD_SECONDS * 1000,
    everyMs: env.WAYBILL_SWEEP_INTERVAL_SECONDS * 1000,
  }),
];
await Promise.all(jobs.map((job) => runJob(job, context)));
if (process.connected) process.disconnect(); // an open channel to whoever started it would keep it alive
