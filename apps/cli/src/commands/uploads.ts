import { WaybillError, type OpenUpload } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";
import { printable } from "../format.ts";

/** List uploads that were begun and neither completed nor aborted. */
export async function listUploads(context: CommandContext): Promise<void> {
  const { terminal, json } = context;
  for await (const upload of openUploads(context)) {
    const { uploadId, initiatedAt, key } = upload;
    terminal.print(
      json
        ? JSON.stringify(upload)
        : `${uploadId}  ${initiatedAt.slice(0, 16).replace("T", " ")}  ${printable(key)}`,
    );
  }
}

/** Abort one upload, or all; what they had sent is freed. */
export async function abortUploads(context: CommandContext, which: { id: string } | "all"): Promise<void> {
  const { client, terminal, json, signal } = context;
  const chosen: OpenUpload[] = [];
  for await (const upload of openUploads(context)) {
    if (which === "all" || upload.uploadId === which.id) chosen.push(upload);
  }
  if (which !== "all" && chosen.length === 0) {
    throw new WaybillError("UPLOAD_NOT_FOUND", `There is no open upload ${JSON.stringify(which.id)}.`);
  }
  for (const { key, uploadId } of chosen) {
    await client.call((api) => api.uploads.abort.mutate({ key, uploadId }, { signal }), signal);
    terminal.print(
      json ? JSON.stringify({ uploadId, key, aborted: true }) : `aborted ${uploadId}  ${printable(key)}`,
    );
  }
}

async function* openUploads({ client, signal }: CommandContext): AsyncGenerator<OpenUpload> {
  let cursor: string | undefined;
  do {
    const page = await client.call((api) => api.uploads.list.query({ cursor }, { signal }), signal);
    yield* page.uploads;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
