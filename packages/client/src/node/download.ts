import { open } from "node:fs/promises";
import { MiB } from "@waybill/core";
import { grantsFor } from "../engine/download-grants.ts";
import type { DownloadResult } from "../engine/download-result.ts";
import type { EngineDeps } from "../engine/engine-deps.ts";
import { createFileDownload, type FileDownloadOptions } from "../engine/file-download.ts";
import { stepsFrom, type TransferSteps } from "../engine/transfer.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import { findDownloadTarget } from "./download-target.ts";
import { writingTo } from "./local-file-error.ts";
import { receivingInTurn } from "./receive-once.ts";
import { createStreamDownload, type Sink } from "./stream-download.ts";
import { openTargetFile } from "./target-file.ts";

/** Into a file, which appears whole or not at all; or into a function, in order. */
export type DownloadTo = string | ((chunk: Uint8Array) => Promise<void>);

/** Bring an object of the store, and prove it. */
export function downloadSteps(
  deps: EngineDeps,
  pool: ConnectionPool,
  { key, to, options }: { key: string; to: DownloadTo; options: FileDownloadOptions },
): TransferSteps<DownloadResult> {
  const openGrants = grantsFor(deps, { key, route: options.route });
  if (typeof to !== "string") {
    const openSink = async () => ({ write: to, close: async () => {} });
    return createStreamDownload(deps, pool, { openGrants, openSink, options });
  }
  return stepsFrom(async () => {
    const { kind, path } = await findDownloadTarget(to);
    if (kind === "pipe") {
      return createStreamDownload(deps, pool, { openGrants, openSink: () => openPipe(to), options });
    }
    return createFileDownload(
      deps,
      {
        open: (wanted) => openTargetFile(path, to, wanted),
        receiveOnce: receivingInTurn({ pool, stallMs: deps.stallMs }),
        rangeSizeBytes: 16 * MiB,
        maxConcurrency: 32,
      },
      { openGrants, options },
    );
  });
}

async function openPipe(path: string): Promise<Sink> {
  const handle = await writingTo(path, () => open(path, "w"));
  return {
    write: (chunk) => writingTo(path, () => handle.writeFile(chunk)),
    close: () => handle.close(),
  };
}
