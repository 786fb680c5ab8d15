import { clientCredentials } from "@waybill/client/client-credentials";
import { createWaybillClient, type WaybillClient } from "@waybill/client/node";
import type { Env } from "./env.ts";
import { abortStaleUploads } from "./jobs/abort-stale-uploads.ts";
import { removeEndedShares } from "./jobs/remove-ended-shares.ts";
import type { Job } from "./job.ts";

/** What the worker does again and again, wherever it runs. */
export function createJobs(env: Env): Job[] {
  const everyMs = env.sweepIntervalMs;
  return [abortStaleUploads({ olderThanMs: env.staleUploadMs, everyMs }), removeEndedShares({ everyMs })];
}

export function createClient({ apiUrl: url, login }: Env): WaybillClient {
  return createWaybillClient({ url, token: typeof login === "string" ? login : clientCredentials(login) });
}

/** One event, as a line of JSON; never a secret or a URL. */
export function log(event: Record<string, unknown>): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), ...event }));
}
