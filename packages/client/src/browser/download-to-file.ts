import { MiB } from "@waybill/core";
import { grantsFor } from "../engine/download-grants.ts";
import type { DownloadResult } from "../engine/download-result.ts";
import type { EngineDeps } from "../engine/engine-deps.ts";
import { createFileDownload, type FileDownloadOptions } from "../engine/file-download.ts";
import { readFrom } from "../engine/read-from.ts";
import type { ReceiveOnce } from "../engine/receive-range.ts";
import type { TransferSteps } from "../engine/transfer.ts";
import { openTargetFile } from "./target-file.ts";

/** Into a file that the user has chosen, or one of the page's own. */
export function downloadToFile(
  deps: EngineDeps,
  { key, handle, options }: { key: string; handle: FileSystemFileHandle; options: FileDownloadOptions },
): TransferSteps<DownloadResult> {
  const receiveOnce: ReceiveOnce = async ({
    request,
    wanted: { range, sizeBytes, eTag },
    signal,
    deliver,
  }) => {
    const { start, end } = range;
    const from = { request, eTag, start, until: { end, sizeBytes } };
    for await (const chunk of readFrom({ ...from, stallMs: deps.stallMs, signal })) await deliver(chunk);
  };
  return createFileDownload(
    deps,
    {
      open: (file) => openTargetFile(handle, file),
      receiveOnce,
      rangeSizeBytes: 8 * MiB,
      maxConcurrency: 6,
    },
    { openGrants: grantsFor(deps, { key, route: options.route }), options },
  );
}
