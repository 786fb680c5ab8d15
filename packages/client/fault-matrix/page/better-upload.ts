import { uploadFiles } from "@better-upload/client";
import type { Job } from "../job.ts";
import { tokenOf } from "../client-options.ts";

export async function runBetterUpload(
  job: Job,
  file: File,
  retries: { retry?: number; retryDelay?: number },
): Promise<void> {
  const token = await tokenOf(job);
  const { failedFiles, files } = await uploadFiles({
    api: "/better-upload",
    route: "files",
    files: [file],
    headers: { authorization: `Bearer ${typeof token === "string" ? token : await token()}` },
    ...retries,
  });
  const [failed] = failedFiles;
  if (failed !== undefined) throw new Error(failed.error.message);
  if (files.length !== 1) throw new Error("It neither succeeded nor failed.");
}
