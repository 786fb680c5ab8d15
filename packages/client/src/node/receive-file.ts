import { combineCrc64Nvme, MiB, WaybillError, type ChecksummedRange, type StoredObject } from "@waybill/core";
import { writingTo } from "./local-file-error.ts";
import { openPartFile, type PartFile } from "./part-file.ts";
import { receiveRange, type RangeReceiver } from "./receive-range.ts";
import type { ByteRange } from "./request-range.ts";
import { openTemporaryFile } from "./temporary-file.ts";

/** How a file is received: what a range needs, but for where it goes. */
export interface FileReceiver extends Omit<RangeReceiver, "nextBuffer" | "deliver"> {
  rangeSizeBytes: number;
  concurrency: number;
  keepPartial: boolean;
  /** Bytes that are in the file; fewer than before only when a small object is brought once more. */
  onBytes: (bytes: number) => void;
}

const BUFFER_BYTES = MiB / 4;

/**
 * Receive an object into a file that appears under its name whole and verified, or not at all.
 *
 * It is not forced out of the kernel's memory first (fsync): a process that dies loses nothing, and on
 * a machine that loses its power that is as true of any file that was just written. Waiting for the
 * disk would cost more than the download; who needs it can sync the file that was returned.
 *
 * @returns the object's CRC64NVME
 * @throws {WaybillError} `CHECKSUM_MISMATCH`, `LOCAL_FILE`, and what {@link receiveRange} throws
 */
export async function receiveFile(
  receiver: FileReceiver,
  object: StoredObject,
  { path, asked }: { path: string; asked: string },
): Promise<string> {
  const { signal, keepPartial } = receiver;
  const ranges = cutIntoRanges(object.sizeBytes, receiver.rangeSizeBytes);
  // What is one range starts over anyway, so there is no need to search the folder.
  const file = await writingTo(asked, () => openTemporaryFile(path, { takeOver: ranges.length > 1 }));
  try {
    const { handle } = file;
    const part = await writingTo(asked, () => openPartFile({ handle, object, ranges, signal }));
    const write = (bytes: Uint8Array, position: number) =>
      writingTo(asked, () => part.write(bytes, position));
    const finish = (index: number, checksum: string) => writingTo(asked, () => part.finish(index, checksum));
    const checksum = await receiveVerified(receiver, object, ranges, { ...part, write, finish });
    signal.throwIfAborted(); // the last moment: from here on it is a whole file
    await writingTo(asked, async () => {
      await part.seal();
      await file.publish();
    });
    return checksum;
  } catch (error) {
    const mayGoOn = signal.aborted || (error instanceof WaybillError && error.retryable);
    if (keepPartial && mayGoOn && ranges.length > 1) await file.keep();
    else await file.discard();
    if (signal.aborted) throw signal.reason;
    throw error;
  }
}

async function receiveVerified(
  receiver: FileReceiver,
  object: StoredObject,
  ranges: readonly ByteRange[],
  part: PartFile,
): Promise<string> {
  // A bit that was turned over on the way may be right the second time; more than one range is too
  // much to bring again on a chance.
  for (let triesLeft = ranges.length === 1 ? 1 : 0; ; triesLeft--) {
    const checksum = combineCrc64Nvme(await receiveRanges(receiver, object, ranges, part));
    if (object.checksum === null || object.checksum.value === checksum) return checksum;
    if (triesLeft === 0) {
      throw new WaybillError(
        "CHECKSUM_MISMATCH",
        "The bytes that came are not those that the store vouches for.",
      );
    }
  }
}

/** Several ranges at once; the first that fails stops the others. */
async function receiveRanges(
  receiver: FileReceiver,
  { sizeBytes, eTag }: StoredObject,
  ranges: readonly ByteRange[],
  part: PartFile,
): Promise<ChecksummedRange[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([receiver.signal, stop.signal]);
  const checksums = new Map(part.done);
  const queue = [...ranges.entries()].filter(([index]) => !part.done.has(index)).values();
  let bytes = ranges.reduce(
    (sum, { start, end }, index) => sum + (part.done.has(index) ? end - start : 0),
    0,
  );
  receiver.onBytes(bytes);

  async function write(chunk: Uint8Array, position: number): Promise<void> {
    await part.write(chunk, position);
    bytes += chunk.length;
    receiver.onBytes(bytes);
  }

  async function work(): Promise<void> {
    const buffers = [newBuffer(sizeBytes), newBuffer(sizeBytes)] as const;
    let turn: 0 | 1 = 0;
    const nextBuffer = () => buffers[(turn = turn === 0 ? 1 : 0)];
    for (const [index, range] of queue) {
      const wanted = { range, sizeBytes, eTag };
      const checksum = await receiveRange({ ...receiver, signal, nextBuffer, deliver: write }, wanted);
      checksums.set(index, checksum);
      await part.finish(index, checksum);
    }
  }

  const workers = Array.from({ length: Math.min(receiver.concurrency, ranges.length) }, () =>
    work().catch((error: unknown) => stop.abort(error)),
  );
  await Promise.all(workers);
  signal.throwIfAborted();
  return ranges.map(({ start, end }, index) => ({
    value: checksums.get(index) ?? "",
    sizeBytes: end - start,
  }));
}

function newBuffer(sizeBytes: number): Buffer {
  return Buffer.allocUnsafeSlow(Math.min(sizeBytes, BUFFER_BYTES));
}

function cutIntoRanges(sizeBytes: number, rangeSizeBytes: number): ByteRange[] {
  return Array.from({ length: Math.ceil(sizeBytes / rangeSizeBytes) }, (_, index) => ({
    start: index * rangeSizeBytes,
    end: Math.min(sizeBytes, (index + 1) * rangeSizeBytes),
  }));
}
