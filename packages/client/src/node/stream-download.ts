import { WaybillError } from "@waybill/core";
import { createArrivingRange, type ArrivingRange } from "../engine/arriving-range.ts";
import type { DownloadGrants, OpenGrants } from "../engine/download-grants.ts";
import { downloadResult, type DownloadResult } from "../engine/download-result.ts";
import type { DownloadOptions } from "../engine/download.ts";
import type { ReceiverDeps } from "../engine/engine-deps.ts";
import { createProgressMeter } from "../engine/progress.ts";
import { receiveRange } from "../engine/receive-range.ts";
import type { TransferRun, TransferSteps } from "../engine/transfer.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import { receivingAnew } from "./receive-once.ts";

/** Small enough that a slow consumer's bytes do not come in jerks. */
const CHUNK_BYTES = 64 * 1024;

/** Where bytes go that are not taken back. */
export interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/**
 * Hand an object over in order, each byte once; held, it goes on where it was. Only its end tells whether
 * it was right: what was given cannot be taken back, so that nothing is mended.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND`, `OBJECT_CHANGED`, `CHECKSUM_MISMATCH`
 */
export function createStreamDownload(
  deps: ReceiverDeps,
  pool: ConnectionPool,
  {
    openGrants,
    openSink,
    options,
  }: { openGrants: OpenGrants; openSink: () => Promise<Sink>; options: DownloadOptions },
): TransferSteps<DownloadResult> {
  const startedAtMs = deps.nowMs();
  let opened: { grants: DownloadGrants; sink: Sink; arriving: ArrivingRange } | undefined;

  async function open(signal: AbortSignal) {
    const grants = await openGrants(signal);
    const sink = await openSink();
    const whole = { start: 0, end: grants.object.sizeBytes };
    return { grants, sink, arriving: createArrivingRange(whole, sink) };
  }

  async function run({ signal, step, onProgress, onWait }: TransferRun): Promise<DownloadResult> {
    opened ??= await open(signal);
    step({ type: "moving" });
    const { grants, arriving } = opened;
    const { object } = grants;
    const { sizeBytes } = object;
    const meter = createProgressMeter({
      totalBytes: sizeBytes,
      nowMs: deps.nowMs,
      report(progress) {
        onProgress(progress);
        options.onProgress?.(progress);
      },
    });
    meter.update(arriving.missing().start);
    const chunkBytes = Math.min(sizeBytes, CHUNK_BYTES);
    const receiver = {
      deps,
      grants: grants.keeper(signal),
      signal,
      onWait,
      pace: deps.traffic.pace,
      receiveOnce: receivingAnew({ pool, stallMs: deps.stallMs }, chunkBytes), // they may be kept
      onTaken: () => meter.update(arriving.missing().start),
    };
    await receiveRange(receiver, arriving, object);
    const value = arriving.checksum();
    if (object.checksum !== null && object.checksum.value !== value)
      throw new WaybillError("CHECKSUM_MISMATCH");
    return downloadResult(object, value, deps.nowMs() - startedAtMs);
  }

  return { run, end: async () => opened?.sink.close() };
}
