import type { ClientReport, Job } from "../job.ts";
import { shortError } from "../short-error.ts";
import { uploadWithBetterUpload } from "../../rig/page-clients/better-upload.ts";
import { openUppy } from "../../rig/page-clients/uppy.ts";
import { tokenOf } from "../client-options.ts";
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
      return uploadWithUppy(job, file);
    case "better-upload":
      return uploadWithBetterUpload([file], await betterUploadOptions(job));
    case "better-upload-retry":
      return uploadWithBetterUpload([file], {
        ...(await betterUploadOptions(job)),
        retry: 3,
        retryDelay: 500,
      });
    case "waybill-node":
    case "aws-sdk":
      throw new Error("It does not run in a page.");
  }
}

async function uploadWithUppy(job: Job, file: File): Promise<void> {
  const token = await tokenOf(job);
  const start = openUppy({
    getToken: async () => (typeof token === "string" ? token : token()),
    parts: { shouldUseMultipart: true, getChunkSize: () => job.partSizeBytes },
  });
  await start([file]);
}

async function betterUploadOptions(job: Job): Promise<{ route: string; token: string }> {
  const token = await tokenOf(job);
  return { route: "files", token: typeof token === "string" ? token : await token() };
}

function chosenFile(): File {
  const input = document.querySelector("#file");
  const file = input instanceof HTMLInputElement ? input.files?.[0] : undefined;
  if (file === undefined) throw new Error("No file was chosen.");
  return file;
}
