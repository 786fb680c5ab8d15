import { createClient, createJobs, log } from "./create-jobs.ts";
import { parseEnv } from "./env.ts";
import { runJob } from "./run-job.ts";
import { shutdownSignal } from "./shutdown.ts";

const env = parseEnv(process.env);
using client = createClient(env);
const context = { client, now: () => new Date(), log, signal: shutdownSignal(process) };
await Promise.all(createJobs(env).map((job) => runJob(job, context)));
if (process.connected) process.disconnect(); // an open channel to whoever started it would keep it alive
