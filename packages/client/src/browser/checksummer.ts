import { MiB } from "@waybill/core";
import { chunkLoader } from "./load-chunk.ts";
import { callWorker, startWorker } from "./worker-call.ts";

/** @throws whatever reading the Blob fails with, or the signal's reason */
export type Checksummer = (blob: Blob, signal: AbortSignal) => Promise<string>;

/** Less is done before a worker would have started. */
const MIN_WORKER_BYTES = MiB;

/**
 * CRC64NVMEs of Blobs, computed in a worker that is started when the first large one comes; in the page
 * itself where there are no workers.
 */
export function createChecksummer(): Checksummer {
  const loadHere = chunkLoader(() => import("./checksum-of-blob.ts"));
  let starting: Promise<Worker | undefined> | undefined;

  async function compute(blob: Blob, signal: AbortSignal): Promise<string> {
    const { checksumOfBlob } = await loadHere();
    return checksumOfBlob(blob, signal);
  }

  return async (blob, signal) => {
    if (blob.size < MIN_WORKER_BYTES) return compute(blob, signal);
    // In this form bundlers find the worker's script.
    starting ??= startWorker(
      () => new Worker(new URL("./checksum-worker.ts", import.meta.url), { type: "module" }),
    );
    const worker = await starting;
    return worker === undefined ? compute(blob, signal) : callWorker(worker, blob, { signal });
  };
}
