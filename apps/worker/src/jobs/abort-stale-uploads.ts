import { WaybillError, type OpenUpload } from "@waybill/core";
import type { Job, JobContext } from "../job.ts";

/**
 * Abort multipart uploads that were begun long ago: S3 keeps, and bills, their parts for ever
 * otherwise. (A lifecycle rule does the same on Amazon, once a day; not every store has one.)
 *
 * @param options.olderThanMs - age from which an upload counts as given up
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export function abortStaleUploads(options: { olderThanMs: number; everyMs: number }): Job {
  return {
    name: "abort-stale-uploads",
    everyMs: options.everyMs,
    async run(context) {
      const before = context.now().getTime() - options.olderThanMs;
      const stale: OpenUpload[] = [];
      for await (const upload of openUploads(context)) {
        if (Date.parse(upload.initiatedAt) <= before) stale.push(upload);
      }
      for (const upload of stale) await abort(context, upload);
    },
  };
}

async function abort(
  { client, signal, log }: JobContext,
  { key, uploadId, initiatedAt }: OpenUpload,
): Promise<void> {
  try {
    await client.call((api) => api.uploads.abort.mutate({ key, uploadId }, { signal }), signal);
    log({ event: "upload-aborted", key, initiatedAt });
  } catch (error) {
    // Completed or aborted since it was listed: nothing is left to do.
    if (!(error instanceof WaybillError && error.code === "UPLOAD_NOT_FOUND")) throw error;
  }
}

async function* openUploads({ client, signal }: JobContext): AsyncGenerator<OpenUpload> {
  let cursor: string | undefined;
  do {
    const page = await client.call(
      (api) => api.uploads.list.query({ owner: "everyone", cursor }, { signal }),
      signal,
    );
    yield* page.uploads;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
