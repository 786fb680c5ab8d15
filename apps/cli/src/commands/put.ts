import { basename } from "node:path";
import type { UploadResult } from "@waybill/client/node";
import type { RouteChoice } from "@waybill/core";
import mime from "mime";
import type { CommandContext } from "../command-context.ts";
import type { PathFilter } from "../folders/create-path-filter.ts";
import { findUploads, type FoundUpload } from "../folders/find-uploads.ts";
import { formatBytes, printable } from "../format.ts";
import { createProgressBar } from "../progress-bar.ts";
import type { Terminal } from "../terminal.ts";
import { runTransfers, type Transfer } from "../transfers/run-transfers.ts";
import { summaryOf } from "../transfers/summary-of.ts";

export interface PutOptions {
  collection?: string | undefined;
  route: RouteChoice;
  /** Which files of folders are meant; undefined where no folder may be named. */
  filter: PathFilter | undefined;
}

/** Upload files, several at once; every file is looked at before the first byte leaves. */
export async function put(
  context: CommandContext,
  operands: readonly string[],
  options: PutOptions,
): Promise<void> {
  const { json, terminal, signal } = context;
  const startedAt = performance.now();
  const { uploads, refusals, skipped } = await findUploads(operands, { filter: options.filter, signal });
  for (const { file, reason } of skipped) {
    terminal.note(
      json ? JSON.stringify({ skipped: { file, reason } }) : `${printable(file)} is left out: it ${reason}.`,
    );
  }
  const [only] = uploads;
  if (only !== undefined && uploads.length === 1 && options.filter === undefined) {
    return putAlone(context, only, options);
  }
  await runTransfers(
    context,
    uploads.map((upload) => toTransfer(context, upload, options)),
    {
      refusals,
      inOrder: options.filter === undefined,
      done: "uploaded",
      print: (uploaded, above) => printUploaded(uploaded, { json, terminal: above }),
      summarise(done) {
        if (options.filter === undefined || json) return;
        terminal.note(summaryOf(done, performance.now() - startedAt));
        for (const prefix of new Set(done.flatMap(folderPrefixOf))) {
          terminal.note(`get --recursive ${prefix} brings them back.`);
        }
      },
    },
  );
}

interface Uploaded extends UploadResult {
  upload: FoundUpload;
}

async function putAlone(context: CommandContext, upload: FoundUpload, options: PutOptions): Promise<void> {
  using bar = createProgressBar(context, basename(upload.file));
  const { run } = toTransfer(context, upload, options);
  const uploaded = await run({ signal: context.signal, onProgress: bar.report });
  bar[Symbol.dispose]();
  printUploaded(uploaded, context);
}

function toTransfer(
  { client }: CommandContext,
  upload: FoundUpload,
  { collection, route }: PutOptions,
): Transfer<Uploaded> {
  const { file, folder, sizeBytes } = upload;
  const contentType = mime.getType(file) ?? undefined;
  return {
    about: { file },
    sizeBytes,
    async run(running) {
      const result = await client.upload(file, { collection, route, folder, contentType, ...running });
      return { ...result, upload };
    },
  };
}

function printUploaded(
  { upload, ...result }: Uploaded,
  { json, terminal }: { json: boolean; terminal: Terminal },
): void {
  const { file, folder } = upload;
  const { key, sizeBytes, checksum, route, partCount } = result;
  const durationMs = Math.round(result.durationMs);
  const place = folder === undefined ? {} : { path: folder.path };
  if (json) {
    const line = { key, file, ...place, sizeBytes, checksum, route, partCount, durationMs };
    return terminal.print(JSON.stringify(line));
  }
  terminal.print(key);
  if (folder !== undefined) return;
  const how = partCount === 1 ? "one request" : `${partCount} parts`;
  const proof = `${checksum.algorithm} ${checksum.value}`;
  terminal.note(
    `${printable(basename(file))}: ${formatBytes(sizeBytes)} in ${(durationMs / 1000).toFixed(1)} s, ${how}, ${proof}`,
  );
}

function folderPrefixOf({ key, upload: { folder } }: Uploaded): string[] {
  return folder === undefined ? [] : [key.slice(0, -folder.path.length)];
}
