import { basename } from "node:path";
import type { UploadResult } from "@waybill/client/node";
import { MiB, type RouteChoice } from "@waybill/core";
import mime from "mime";
import type { CommandContext } from "../command-context.ts";
import { createFolderIds } from "../folders/folder-ids.ts";
import type { PathFilter } from "../folders/create-path-filter.ts";
import { findUploads, type FoundUpload } from "../folders/find-uploads.ts";
import { formatBytes, formatDays, printable } from "../format.ts";
import { hintAtResuming } from "../hint-at-resuming.ts";
import { createProgressBar } from "../progress-bar.ts";
import type { Terminal } from "../terminal.ts";
import { followTransfer } from "../transfers/follow-transfer.ts";
import { noteRoute } from "../transfers/note-route.ts";
import { runTransfers, type Transfer } from "../transfers/run-transfers.ts";
import { summaryOf } from "../transfers/summary-of.ts";

export interface PutOptions {
  collection?: string | undefined;
  route: RouteChoice;
  /** Which files of folders are meant; undefined where no folder may be named. */
  filter: PathFilter | undefined;
  /** Go on with what an earlier run has left, and leave what has arrived for a later one. */
  resume: boolean;
  /** Folders: begin a new copy, whatever an earlier run has left. */
  anew: boolean;
  onChangedSource: "restart" | "refuse";
}

/** Upload files, several at once; every file is looked at before the first byte leaves. */
export async function put(
  context: CommandContext,
  operands: readonly string[],
  options: PutOptions,
): Promise<void> {
  const { json, terminal, signal, apiUrl, env, identity } = context;
  const startedAt = performance.now();
  const { collection = "files", filter, anew, resume } = options;
  const folderIds = createFolderIds({
    stateDir: env.stateDir,
    scope: [apiUrl, collection, identity.principalKey],
    anew: anew || !resume,
  });
  const { uploads, refusals, skipped } = await findUploads(operands, { filter, folderIds, signal });
  for (const { file, reason } of skipped) {
    terminal.note(
      json ? JSON.stringify({ skipped: { file, reason } }) : `${printable(file)} is left out: it ${reason}.`,
    );
  }
  const [only] = uploads;
  if (only !== undefined && uploads.length === 1 && filter === undefined) {
    return putAlone(context, only, options);
  }
  await hintAtResuming(context, resume, () =>
    runTransfers(
      context,
      uploads.map((upload) => toTransfer(context, upload, options)),
      {
        refusals,
        inOrder: filter === undefined,
        done: "uploaded",
        print: (uploaded, above) => printUploaded(uploaded, { json, terminal: above }),
        summarise(done) {
          if (filter === undefined || json) return;
          terminal.note(summaryOf(done, performance.now() - startedAt));
          const [{ retentionDays } = {}] = done;
          if (retentionDays !== undefined) terminal.note(`They are kept for ${formatDays(retentionDays)}.`);
          for (const prefix of new Set(done.flatMap(folderPrefixOf))) {
            terminal.note(`get --recursive ${prefix} brings them back.`);
          }
        },
      },
    ),
  );
  // All is there: the next time it is a new copy.
  for (const operand of filter === undefined ? [] : operands) await folderIds.forget(operand);
}

/** What travels in one request begins anew anyway. */
const SMALL_BYTES = 16 * MiB;

interface Uploaded extends UploadResult {
  upload: FoundUpload;
  /** Which route was asked for. */
  asked: RouteChoice;
}

async function putAlone(context: CommandContext, upload: FoundUpload, options: PutOptions): Promise<void> {
  using bar = createProgressBar(context, basename(upload.file));
  const { run } = toTransfer(context, upload, options);
  const canResume = options.resume && upload.sizeBytes > SMALL_BYTES;
  const uploaded = await hintAtResuming(context, canResume, () =>
    run({ signal: context.signal, onEvent: bar.onEvent }),
  );
  bar[Symbol.dispose]();
  printUploaded(uploaded, context);
}

function toTransfer(
  { client }: CommandContext,
  upload: FoundUpload,
  { collection, route, resume, onChangedSource }: PutOptions,
): Transfer<Uploaded> {
  const { file, folder, sizeBytes, mayBeThere } = upload;
  const contentType = mime.getType(file) ?? undefined;
  return {
    about: { file },
    sizeBytes,
    async run({ signal, onEvent }) {
      const place = { collection, route, folder, contentType, mayBeThere };
      const transfer = client.startUpload(file, { ...place, keepPartial: resume, onChangedSource, signal });
      const result = await followTransfer(transfer, onEvent);
      return { ...result, upload, asked: route };
    },
  };
}

function printUploaded(
  { upload, asked, ...result }: Uploaded,
  { json, terminal }: { json: boolean; terminal: Terminal },
): void {
  const { file, folder } = upload;
  const { key, sizeBytes, checksum, route, routeReason, retentionDays, partCount, resumedBytes } = result;
  const durationMs = Math.round(result.durationMs);
  const place = { ...(folder === undefined ? {} : { path: folder.path }), retentionDays };
  if (json) {
    const way = { route, routeReason, partCount };
    const line = { key, file, ...place, sizeBytes, checksum, ...way, resumedBytes, durationMs };
    return terminal.print(JSON.stringify(line));
  }
  terminal.print(key);
  if (folder !== undefined) return;
  const how = partCount === 1 ? "one request" : `${partCount} parts`;
  const proof = `${checksum.algorithm} ${checksum.value}`;
  const before = resumedBytes > 0 ? `, ${formatBytes(resumedBytes)} had arrived before` : "";
  const kept = retentionDays === undefined ? "" : `, kept for ${formatDays(retentionDays)}`;
  terminal.note(
    `${printable(basename(file))}: ${formatBytes(sizeBytes)} in ${(durationMs / 1000).toFixed(1)} s, ${how} by ${route}, ${proof}${before}${kept}`,
  );
  noteRoute(terminal, result, asked);
}

function folderPrefixOf({ key, upload: { folder } }: Uploaded): string[] {
  return folder === undefined ? [] : [key.slice(0, -folder.path.length)];
}
