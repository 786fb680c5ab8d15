import { MiB, proofOf, WaybillError } from "@waybill/core";
import { cutIntoRanges } from "./byte-range.ts";
import type { DownloadGrants, OpenGrants } from "./download-grants.ts";
import { downloadResult, type DownloadResult } from "./download-result.ts";
import type { DownloadOptions } from "./download.ts";
import type { ReceiverDeps } from "./engine-deps.ts";
import type { ArrivingObject } from "./object-receiver.ts";
import { createProgressMeter } from "./progress.ts";
import { receiveObject } from "./receive-object.ts";
import type { ReceiveOnce } from "./receive-range.ts";
import type { TargetFile, WantedFile } from "./target-file.ts";
import type { Ending, TransferRun, TransferSteps } from "./transfer.ts";

export interface FileDownloadOptions extends DownloadOptions {
  /**
   * Bytes per request, 64 KiB to 1 GiB. Default 16 MiB in Node, 8 MiB in browsers. Where a store has MD5s alone,
   * requests are for the parts that an object was uploaded in.
   */
  rangeSizeBytes?: number | undefined;
  /** Requests at once: 1 to 32 in Node, 1 to 6 in browsers. Default 4. */
  concurrency?: number | undefined;
  /**
   * When it is aborted or the network fails, leave what has come for the next call to go on with: beside
   * the target in Node, in the page's own file system in browsers. Default false. What a killed process or
   * a closed tab leaves is taken up in any case.
   */
  keepPartial?: boolean | undefined;
}

/** What the platforms do differently. */
export interface FileDownloadPlatform {
  open: (wanted: WantedFile) => Promise<TargetFile>;
  receiveOnce: ReceiveOnce;
  rangeSizeBytes: number;
  maxConcurrency: number;
}

interface OpenDownload extends ArrivingObject {
  file: TargetFile;
  grants: DownloadGrants;
}

const DEFAULT_CONCURRENCY = 4;

/**
 * Bring an object into a file, and prove it: in ranges side by side, all of one version.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND`, `OBJECT_CHANGED`, `CHECKSUM_MISMATCH`, `LOCAL_FILE`
 */
export function createFileDownload(
  deps: ReceiverDeps,
  platform: FileDownloadPlatform,
  { openGrants, options }: { openGrants: OpenGrants; options: FileDownloadOptions },
): TransferSteps<DownloadResult> {
  const startedAtMs = deps.nowMs();
  let opened: OpenDownload | undefined;

  async function open(signal: AbortSignal): Promise<OpenDownload> {
    const grants = await openGrants(signal);
    const { object } = grants;
    const rangeSizeBytes = clamp(options.rangeSizeBytes ?? platform.rangeSizeBytes, 64 * 1024, 1024 * MiB);
    const proof = await proofOf(object, deps.loadMd5);
    const ranges = cutIntoRanges(object.sizeBytes, proof.pieceBytes ?? rangeSizeBytes);
    const file = await platform.open({ object, ranges, startChecksum: proof.startPiece, signal });
    return { object, proof, ranges, file, part: file.part, arriving: new Map(), grants };
  }

  async function run({ signal, step, onProgress, onWait }: TransferRun): Promise<DownloadResult> {
    opened ??= await open(signal);
    const { object, proof, file, grants } = opened;
    const { route, routeReason } = grants;
    step({ type: "moving", way: { route, routeReason } });
    const meter = createProgressMeter({
      totalBytes: object.sizeBytes,
      nowMs: deps.nowMs,
      report(progress) {
        onProgress(progress);
        options.onProgress?.(progress);
      },
    });
    const receiver = {
      deps,
      grants: grants.keeper(signal),
      signal,
      onWait,
      pace: deps.traffic.pace,
      receiveOnce: platform.receiveOnce,
      concurrency: clamp(options.concurrency ?? DEFAULT_CONCURRENCY, 1, platform.maxConcurrency),
      onBytes: (bytes: number) => meter.update(bytes),
    };
    const checksum = await receiveObject(receiver, opened);
    step({ type: "finishing" });
    signal.throwIfAborted(); // the last moment: from here on it is a whole file
    await file.publish();
    return downloadResult(grants, { expected: proof.expected, checksum }, deps.nowMs() - startedAtMs);
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

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.trunc(value)));
}
