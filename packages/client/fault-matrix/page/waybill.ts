import { createBrowserJournal, createWaybillClient, type WaybillClient } from "@waybill/client/browser";
import type { Job } from "../job.ts";
import { tokenOf, WAYBILL_STALL_MS } from "../client-options.ts";

export async function uploadWithWaybill(job: Job, file: File): Promise<void> {
  const client = await openClient(job);
  await client.upload(file, { partSizeBytes: job.partSizeBytes, route: job.route });
}

/** @returns the SHA-256 of what came */
export async function downloadWithWaybill(job: Job): Promise<string> {
  const client = await openClient(job);
  const { stream } = await client.download(job.key, { route: job.route });
  const chunks: BlobPart[] = [];
  // Not through a Response, which turns every error into one of its own.
  for await (const chunk of stream) chunks.push(chunk);
  const bytes = await new Blob(chunks).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function openClient(job: Job): Promise<WaybillClient> {
  return createWaybillClient({
    url: `${job.origin}/api`,
    token: await tokenOf(job),
    stallMs: WAYBILL_STALL_MS,
    journal: createBrowserJournal(),
  });
}
