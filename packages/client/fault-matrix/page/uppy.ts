import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import * as z from "zod/mini";
import type { Job } from "../job.ts";
import { tokenOf } from "../client-options.ts";

const Signed = z.object({ url: z.string() });

export async function runUppy(job: Job, file: File): Promise<void> {
  const token = await tokenOf(job);
  const uppy = new Uppy();
  uppy.use(AwsS3, {
    shouldUseMultipart: true,
    getChunkSize: () => job.partSizeBytes,
    signRequest: async (request) => {
      const response = await fetch("/uppy/sign", {
        method: "POST",
        headers: { authorization: `Bearer ${typeof token === "string" ? token : await token()}` },
        body: JSON.stringify(request),
      });
      if (!response.ok) throw new Error(`The signing server answered ${response.status}.`);
      return Signed.parse(await response.json());
    },
  });
  uppy.addFile({ name: file.name, type: file.type, data: file });
  const result = await uppy.upload();
  const failed = result?.failed?.[0];
  if (failed !== undefined) throw new Error(failed.error ?? "It failed without an error.");
  if (result?.successful?.length !== 1) throw new Error("It neither succeeded nor failed.");
}
