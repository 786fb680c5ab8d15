import { MiB, WaybillError } from "@waybill/core";
import { cutIntoRanges } from "../engine/byte-range.ts";
import { callApi } from "../engine/call-api.ts";
import type { DownloadResult } from "../engine/download-result.ts";
import type { DownloadOptions } from "../engine/download.ts";
import type { EngineDeps } from "../engine/engine-deps.ts";
import { createGrantKeeper } from "../engine/grant-keeper.ts";
import { createPatience } from "../engine/patience.ts";
import type { Ending, TransferRun, TransferSteps } from "../engine/transfer.ts";
import { receiveIntoFile, type OpenDownload } from "./receive-into-file.ts";
import { openTargetFile } from "./target-file.ts";
import { writingTo } from "./writing-to.ts";

export interface FileDownloadOptions extends DownloadOptions {
  /** Bytes per request, 64 KiB to 1 GiB. Default 8 MiB. */
  rangeSizeBytes?: number | undefined;
  /** Requests at once, 1 to 6. Default 4. */
  concurrency?: number | undefined;
  /**
   * When it is aborted or fails, leave what has come in a file of the page's own file system, for the
   * next call to go on with. Default false. What a closed tab leaves is taken up in any case.
   */
  keepPartial?: boolean | undefined;
}

const DEFAULT_RANGE_BYTES = 8 * MiB;
const DEFAULT_CONCURRENCY = 4;

/**
 * Bring an object into a file, and prove it: in ranges side by side, all of one version.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND`, `OBJECT_CHANGED`, `CHECKSUM_MISMATCH`, `LOCAL_FILE`
 */
export function createFileDownload(
  deps: EngineDeps,
  { key, handle, options }: { key: string; handle: FileSystemFileHandle; options: FileDownloadOptions },
): TransferSteps<DownloadResult> {
  const startedAtMs = deps.nowMs();
  let opened: OpenDownload | undefined;

  async function run(transferRun: TransferRun): Promise<DownloadResult> {
    const { signal, step } = transferRun;
    opened ??= await openDownload(deps, { key, handle, options, signal });
    step({ type: "moving" });
    const { object } = opened;
    const concurrency = clamp(options.concurrency ?? DEFAULT_CONCURRENCY, 1, 6);
    const value = await receiveIntoFile(deps, opened, {
      ...transferRun,
      concurrency,
      alsoTell: options.onProgress,
    });
    step({ type: "finishing" });
    signal.throwIfAborted(); // the last moment: from here on it is a whole file
    const { file } = opened;
    await writingTo(handle.name, () => file.publish());
    return {
      ...object,
      checksum: { algorithm: "CRC64NVME", value },
      verified: object.checksum !== null,
      durationMs: deps.nowMs() - startedAtMs,
    };
  }

  async function end(ending: Ending, error: unknown): Promise<void> {
    if (ending === "done" || opened === undefined) return;
    const isTemporary = error instanceof WaybillError && error.retryable;
    const keep = options.keepPartial === true && (ending === "aborted" || isTemporary);
    // The first error is the one that counts.
    await (keep ? opened.file.keep() : opened.file.discard()).catch(() => {});
  }

  return { run, end };
}

async function openDownload(
  deps: EngineDeps,
  wanted: {
    key: string;
    handle: FileSystemFileHandle;
    options: FileDownloadOptions;
    signal: AbortSignal;
  },
): Promise<OpenDownload> {
  const { key, handle, options, signal } = wanted;
  const grant = (within: AbortSignal, limitMs: number) => {
    const patience = createPatience(deps, { signal: within, limitMs });
    return callApi(deps, { signal: within, patience }, () =>
      deps.api.downloads.create.mutate({ key }, { signal: within }),
    );
  };
  const first = await grant(signal, 0);
  const { object } = first;
  const rangeSizeBytes = clamp(options.rangeSizeBytes ?? DEFAULT_RANGE_BYTES, 64 * 1024, 1024 * MiB);
  const ranges = cutIntoRanges(object.sizeBytes, rangeSizeBytes);
  const open = () => openTargetFile(handle, { object, ranges, signal });
  const file = await writingTo(handle.name, open).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  return {
    name: handle.name,
    object,
    file,
    ranges,
    grants: (within) => createGrantKeeper(first, () => grant(within, deps.patienceMs)),
  };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.trunc(value)));
}
