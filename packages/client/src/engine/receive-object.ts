import { combineCrc64Nvme, WaybillError, type ChecksummedRange, type StoredObject } from "@waybill/core";
import type { ByteRange, RangeOfObject } from "./byte-range.ts";
import type { PartFile } from "./part-file.ts";

/** Bring one range, and hand it over run by run; returns its CRC64NVME. */
export type ReceiveRange = (
  wanted: RangeOfObject,
  options: {
    signal: AbortSignal;
    deliver: (bytes: Uint8Array<ArrayBuffer>, position: number) => Promise<void>;
  },
) => Promise<string>;

export interface ObjectReceiver {
  /** Called once for each request that is to be on its way at the same time. */
  openLane: () => ReceiveRange;
  concurrency: number;
  signal: AbortSignal;
  /** Bytes that are in the file; fewer than before only when a small object is brought once more. */
  onBytes: (bytes: number) => void;
}

/**
 * Bring what a file lacks of an object.
 *
 * @returns the object's CRC64NVME
 * @throws {WaybillError} `CHECKSUM_MISMATCH`, and what receiving a range or writing it throws
 */
export async function receiveObject(
  receiver: ObjectReceiver,
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
  receiver: ObjectReceiver,
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

  async function deliver(chunk: Uint8Array<ArrayBuffer>, position: number): Promise<void> {
    const { length } = chunk;
    await part.write(chunk, position);
    bytes += length;
    receiver.onBytes(bytes);
  }

  async function work(): Promise<void> {
    const receiveRange = receiver.openLane();
    for (const [index, range] of queue) {
      const checksum = await receiveRange({ range, sizeBytes, eTag }, { signal, deliver });
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
