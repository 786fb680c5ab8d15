import { proofOf, WaybillError, type Checksum, type ObjectProof } from "@waybill/core";
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

interface OpenStream {
  grants: DownloadGrants;
  proof: ObjectProof;
  sink: Sink;
  arriving: ArrivingRange<Checksum>;
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
  let opened: OpenStream | undefined;

  async function open(signal: AbortSignal): Promise<OpenStream> {
    const grants = await openGrants(signal);
    const proof = await proofOf(grants.object, deps.loadMd5);
    const sink = await openSink();
    const whole = { start: 0, end: grants.object.sizeBytes };
    return { grants, proof, sink, arriving: createArrivingRange(whole, sink, proof.startWhole()) };
  }

  async function run({ signal, step, onProgress, onWait }: TransferRun): Promise<DownloadResult> {
    opened ??= await open(signal);
    step({ type: "moving" });
    const { grants, arriving, proof } = opened;
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
    const { expected } = proof;
    const checksum = arriving.checksum();
    if (expected !== null && expected.value !== checksum.value) throw new WaybillError("CHECKSUM_MISMATCH");
    return downloadResult(grants, { expected, checksum }, deps.nowMs() - startedAtMs);
  }

  return { run, end: async () => opened?.sink.close() };
}
