import { createFileJournal, createWaybillClient } from "@waybill/client/node";
import type { Job } from "../job.ts";
import { tokenOf, WAYBILL_STALL_MS } from "../client-options.ts";

export async function runWaybill(job: Job): Promise<void> {
  const { route } = job;
  using client = createWaybillClient({
    url: `${job.origin}/api`,
    token: await tokenOf(job),
    stallMs: WAYBILL_STALL_MS,
    journal: createFileJournal(job.journalPath),
  });
  if (job.task === "download") await client.download(job.key, job.downloadPath, { route });
  else await client.upload(job.filePath, { partSizeBytes: job.partSizeBytes, route });
}
