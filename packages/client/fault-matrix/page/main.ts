import type { ClientReport, Job } from "../job.ts";
import { shortError } from "../short-error.ts";
import { runBetterUpload } from "./better-upload.ts";
import { runUppy } from "./uppy.ts";
import { downloadWithWaybill, uploadWithWaybill } from "./waybill.ts";

declare global {
  interface Window {
    runJob?: (job: Job) => Promise<ClientReport>;
  }
}

window.runJob = async (job) => {
  try {
    if (job.task === "download") return { ok: true, sha256: await downloadWithWaybill(job) };
    await upload(job, chosenFile());
    return { ok: true };
  } catch (error) {
    return { ok: false, error: shortError(error) };
  }
};

async function upload(job: Job, file: File): Promise<void> {
  switch (job.client) {
    case "waybill-chromium":
      return uploadWithWaybill(job, file);
    case "uppy":
      return runUppy(job, file);
    case "better-upload":
      return runBetterUpload(job, file, {});
    case "better-upload-retry":
      return runBetterUpload(job, file, { retry: 3, retryDelay: 500 });
    case "waybill-node":
    case "aws-sdk":
      throw new Error("It does not run in a page.");
  }
}

function chosenFile(): File {
  const input = document.querySelector("#file");
  const file = input instanceof HTMLInputElement ? input.files?.[0] : undefined;
  if (file === undefined) throw new Error("No file was chosen.");
  return file;
}
