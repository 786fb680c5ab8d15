import { MiB, WaybillError, type StoredObject } from "@waybill/core";
import { cutIntoRanges } from "../engine/byte-range.ts";
import { openPartFile, type PartFile } from "../engine/part-file.ts";
import { receiveObject, type ReceiveRange } from "../engine/receive-object.ts";
import { writingTo } from "./local-file-error.ts";
import { randomAccessFile } from "./random-access-file.ts";
import { receiveRange, type RangeReceiver } from "./receive-range.ts";
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
    const part = await writingTo(asked, () =>
      openPartFile({ file: randomAccessFile(handle), object, ranges, signal }),
    );
    const write: PartFile["write"] = (bytes, position) => writingTo(asked, () => part.write(bytes, position));
    const finish = (index: number, checksum: string) => writingTo(asked, () => part.finish(index, checksum));
    const checksum = await receiveObject(
      { ...receiver, openLane: () => openLane(receiver, object.sizeBytes) },
      object,
      ranges,
      { ...part, write, finish },
    );
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

/** Two buffers for each request on its way: one is filled while the other is written. */
function openLane(receiver: FileReceiver, sizeBytes: number): ReceiveRange {
  const buffers = [newBuffer(sizeBytes), newBuffer(sizeBytes)] as const;
  let turn: 0 | 1 = 0;
  const nextBuffer = () => buffers[(turn = turn === 0 ? 1 : 0)];
  return (wanted, options) => receiveRange({ ...receiver, ...options, nextBuffer }, wanted);
}

function newBuffer(sizeBytes: number): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(Math.min(sizeBytes, BUFFER_BYTES));
}
