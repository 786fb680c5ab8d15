import { clientCredentials } from "@waybill/client/client-credentials";
import { createWaybillClient } from "@waybill/client/node";
import { parseEnv } from "./env.ts";
import { abortStaleUploads } from "./jobs/abort-stale-uploads.ts";
import { runJob } from "./run-job.ts";
import { shutdownSignal } from "./shutdown.ts";

const env = parseEnv(process.env);
const { apiUrl: url, login } = env;
using client = createWaybillClient({
  url,
  token: typeof login === "string" ? login : clientCredentials(login),
});
const context = {
  client,
  now: () => new Date(),
  log: (event: Record<string, unknown>) =>
    console.log(JSON.stringify({ at: new Date().toISOString(), ...event })),
  signal: shutdownSignal(process),
};
const jobs = [abortStaleUploads({ olderThanMs: env.staleUploadMs, everyMs: env.sweepIntervalMs })];
await Promise.all(jobs.map((job) => runJob(job, context)));
if (process.connected) process.disconnect(); // an open channel to whoever started it would keep it alive
