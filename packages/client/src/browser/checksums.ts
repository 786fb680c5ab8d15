import { createCrc64Nvme, MiB, type Integrity } from "@waybill/core";
import type { LoadMd5 } from "../engine/platform.ts";
import { createWholeChecksum, type WholeChecksum } from "../engine/whole-checksum.ts";
import { checksumOfBlob } from "./checksum-of-blob.ts";
import type { ChecksumCall } from "./checksum-worker.ts";
import { callWorker, startWorker } from "./worker-call.ts";

/** @throws whatever reading the Blob fails with, or the signal's reason */
export type Checksummer = (blob: Blob, algorithm: Integrity, signal: AbortSignal) => Promise<string>;

/** Less is done before a worker would have started. */
const MIN_WORKER_BYTES = MiB;

/**
 * Checksums of Blobs, computed in a worker that is started when the first large one comes; in the page
 * itself where there are no workers. And those of whole objects, from their parts'.
 */
export function createChecksums(loadMd5: LoadMd5): {
  checksum: Checksummer;
  wholeChecksum: WholeChecksum;
} {
  let starting: Promise<Worker | undefined> | undefined;

  async function checksumHere(blob: Blob, algorithm: Integrity, signal: AbortSignal): Promise<string> {
    const start = algorithm === "MD5" ? (await loadMd5()).createMd5 : createCrc64Nvme;
    return checksumOfBlob(blob, start(), signal);
  }

  const checksum: Checksummer = async (blob, algorithm, signal) => {
    if (blob.size < MIN_WORKER_BYTES) return checksumHere(blob, algorithm, signal);
    // In this form bundlers find the worker's script.
    starting ??= startWorker(
      () => new Worker(new URL("./checksum-worker.ts", import.meta.url), { type: "module" }),
    );
    const worker = await starting;
    if (worker === undefined) return checksumHere(blob, algorithm, signal);
    return callWorker(worker, { blob, algorithm } satisfies ChecksumCall, { signal });
  };
  return { checksum, wholeChecksum: createWholeChecksum(loadMd5) };
}
