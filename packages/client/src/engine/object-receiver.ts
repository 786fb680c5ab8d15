import { WaybillError, type Checksum, type ObjectProof, type StoredObject } from "@waybill/core";
import type { ArrivingRange } from "./arriving-range.ts";
import type { ByteRange } from "./byte-range.ts";
import type { PartFile } from "./part-file.ts";
import type { RangeReceiver } from "./receive-range.ts";

/** What brings ranges one after the other, while others do the same. */
export type Lane = Omit<RangeReceiver, "onTaken">;

/** What brings an object, range by range. */
export interface ObjectReceiver extends Lane {
  /** Requests that may be on their way at the same time. */
  concurrency: number;
  /** Bytes that are in the file. */
  onBytes: (bytes: number) => void;
}

/** An object on its way into a file: it outlives pauses. */
export interface ArrivingObject {
  object: StoredObject;
  proof: ObjectProof;
  /** As the proof wants them cut. */
  ranges: readonly ByteRange[];
  part: PartFile;
  /** Ranges that have begun and are not whole, by their index. */
  arriving: Map<number, ArrivingRange>;
}

/**
 * Let lanes work side by side; the first that fails stops the others.
 *
 * @param count - of what there is to be done: more lanes than that are not needed
 * @throws what it failed with; by then all have ended, so that nothing is written any more
 */
export async function inLanes(
  receiver: ObjectReceiver,
  count: number,
  work: (lane: Lane) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([receiver.signal, failed.signal]);
  const lanes = Array.from({ length: Math.min(receiver.concurrency, count) }, () =>
    work({ ...receiver, signal }).catch((error: unknown) => failed.abort(error)),
  );
  await Promise.all(lanes);
  signal.throwIfAborted();
}

/** Of the whole, from those of its ranges. */
export function checksumOf(
  { ranges, proof }: ArrivingObject,
  checksums: ReadonlyMap<number, string>,
): Checksum {
  return proof.combine(
    ranges.map(({ start, end }, index) => ({ value: checksums.get(index) ?? "", sizeBytes: end - start })),
  );
}

/** Whether these are the bytes that the store vouches for; where it does for none, any will do. */
export function isRight(whole: ArrivingObject, checksums: ReadonlyMap<number, string>): boolean {
  const { expected } = whole.proof;
  return expected === null || expected.value === checksumOf(whole, checksums).value;
}

export function mismatch(): WaybillError {
  return new WaybillError(
    "CHECKSUM_MISMATCH",
    "The bytes that came are not those that the store vouches for.",
  );
}
