import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import * as z from "zod/mini";

const Signed = z.object({ url: z.string() });

/**
 * Uppy, set up as it is before files are chosen; call what is returned to upload them.
 *
 * @param options.parts - default: what it does by itself
 */
export function openUppy(options: {
  getToken: () => Promise<string>;
  parts?: { shouldUseMultipart: boolean; getChunkSize: () => number };
}): (files: readonly File[]) => Promise<void> {
  const uppy = new Uppy();
  uppy.use(AwsS3, {
    ...options.parts,
    signRequest: async (request) => {
      const response = await fetch("/uppy/sign", {
        method: "POST",
        headers: { authorization: `Bearer ${await options.getToken()}` },
        body: JSON.stringify(request),
      });
      if (!response.ok) throw new Error(`The signing server answered ${response.status}.`);
      return Signed.parse(await response.json());
    },
  });
  return async (files) => {
    uppy.addFiles(files.map((file) => ({ name: file.name, type: file.type, data: file })));
    const result = await uppy.upload();
    const failed = result?.failed?.[0];
    if (failed !== undefined) throw new Error(failed.error ?? "It failed without an error.");
    if (result?.successful?.length !== files.length) throw new Error("It neither succeeded nor failed.");
  };
}
