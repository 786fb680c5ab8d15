import { MiB, WaybillError, type StoredObject } from "@waybill/core";
import { cutIntoRanges } from "../engine/byte-range.ts";
import { callApi } from "../engine/call-api.ts";
import type { DownloadResult } from "../engine/download-result.ts";
import type { DownloadOptions } from "../engine/download.ts";
import type { EngineDeps } from "../engine/engine-deps.ts";
import { createGrantKeeper, type GrantKeeper } from "../engine/grant-keeper.ts";
import { createPatience } from "../engine/patience.ts";
import { createProgressMeter } from "../engine/progress.ts";
import { readFrom } from "../engine/read-from.ts";
import { receiveObject, type ReceiveRange } from "../engine/receive-object.ts";
import { receiveRange } from "../engine/receive-range.ts";
import type { Ending, TransferRun, TransferSteps } from "../engine/transfer.ts";
import { openTargetFile, type TargetFile } from "./target-file.ts";
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
    const value = await bring(deps, opened, transferRun, options);
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

/** What lives through pauses. */
interface OpenDownload {
  name: string;
  object: StoredObject;
  file: TargetFile;
  /** Grants for the present run. */
  grants: (signal: AbortSignal) => GrantKeeper;
  ranges: ReturnType<typeof cutIntoRanges>;
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
  const file = await writingTo(handle.name, () => openTargetFile(handle, { object, ranges, signal }));
  return {
    name: handle.name,
    object,
    file,
    ranges,
    grants: (within) => createGrantKeeper(first, () => grant(within, deps.patienceMs)),
  };
}

async function bring(
  deps: EngineDeps,
  { name, object, file, grants, ranges }: OpenDownload,
  { signal, onProgress }: TransferRun,
  options: FileDownloadOptions,
): Promise<string> {
  const meter = createProgressMeter({
    totalBytes: object.sizeBytes,
    nowMs: deps.nowMs,
    report(progress) {
      onProgress(progress);
      options.onProgress?.(progress);
    },
  });
  const keeper = grants(signal);
  const { part } = file;
  const lane: ReceiveRange = (wanted, within) =>
    receiveRange(
      {
        deps,
        grants: keeper,
        pace: deps.traffic.pace,
        ...within,
        async receiveOnce({ request, wanted: { range, sizeBytes, eTag }, deliver }) {
          const until = { end: range.end, sizeBytes };
          const { stallMs } = deps;
          const chunks = readFrom({
            request,
            eTag,
            start: range.start,
            until,
            stallMs,
            signal: within.signal,
          });
          for await (const chunk of chunks) await deliver(chunk);
        },
      },
      wanted,
    );
  return receiveObject(
    {
      openLane: () => lane,
      concurrency: clamp(options.concurrency ?? DEFAULT_CONCURRENCY, 1, 6),
      signal,
      onBytes: (bytes) => meter.update(bytes),
    },
    object,
    ranges,
    {
      ...part,
      write: (bytes, position) => writingTo(name, () => part.write(bytes, position)),
      finish: (index, checksum) => writingTo(name, () => part.finish(index, checksum)),
    },
  );
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.trunc(value)));
}
