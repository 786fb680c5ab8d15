import { createCrc64Nvme, MiB, type Integrity } from "@waybill/core";
import type { LoadMd5 } from "../engine/platform.ts";
import { createWholeChecksum, type WholeChecksum } from "../engine/whole-checksum.ts";
import { createTurns } from "../engine/turns.ts";
import { checksumOfBlob } from "./checksum-of-blob.ts";
import type { ChecksumCall } from "./checksum-worker.ts";
import { callWorker, startWorker } from "./worker-call.ts";

/** @throws whatever reading the Blob fails with, or the signal's reason */
export type Checksummer = (blob: Blob, algorithm: Integrity, signal: AbortSignal) => Promise<string>;

/** Less is done before a worker would have started. */
const MIN_WORKER_BYTES = MiB;

/** More would only wait for each other, and hold more of what is read. */
const READ_AT_ONCE = 2;

/**
 * Checksums of Blobs, computed in a worker that is started when the first large one comes; in the page
 * itself until it has started, and where there are no workers. And those of whole objects, from their parts'.
 */
export function createChecksums(loadMd5: LoadMd5): {
  checksum: Checksummer;
  wholeChecksum: WholeChecksum;
} {
  let worker: Worker | undefined;
  let isStarted = false;
  const turns = createTurns(READ_AT_ONCE);

  async function start(): Promise<void> {
    isStarted = true;
    // In this form bundlers find the worker's script.
    worker = await startWorker(
      () => new Worker(new URL("./checksum-worker.ts", import.meta.url), { type: "module" }),
    );
  }

  async function checksumHere(blob: Blob, algorithm: Integrity, signal: AbortSignal): Promise<string> {
    const create = algorithm === "MD5" ? (await loadMd5()).createMd5 : createCrc64Nvme;
    return checksumOfBlob(blob, create(), signal);
  }

  const checksum: Checksummer = async (blob, algorithm, signal) => {
    using _ = await turns.take(signal);
    const isLarge = blob.size >= MIN_WORKER_BYTES;
    if (isLarge && !isStarted) void start();
    if (!isLarge || worker === undefined) return await checksumHere(blob, algorithm, signal);
    return await callWorker(worker, { blob, algorithm } satisfies ChecksumCall, { signal });
  };
  return { checksum, wholeChecksum: createWholeChecksum(loadMd5) };
}
