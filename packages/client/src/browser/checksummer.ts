import { MiB } from "@waybill/core";
import { checksumOfBlob } from "./checksum-of-blob.ts";
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
  let starting: Promise<Worker | undefined> | undefined;
  return async (blob, signal) => {
    if (blob.size < MIN_WORKER_BYTES) return checksumOfBlob(blob, signal);
    // In this form bundlers find the worker's script.
    starting ??= startWorker(
      () => new Worker(new URL("./checksum-worker.ts", import.meta.url), { type: "module" }),
    );
    const worker = await starting;
    return worker === undefined ? checksumOfBlob(blob, signal) : callWorker(worker, blob, { signal });
  };
}
