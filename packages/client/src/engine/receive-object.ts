import type { Checksum } from "@waybill/core";
import { createArrivingRange } from "./arriving-range.ts";
import type { ByteRange } from "./byte-range.ts";
import { createHedging } from "./hedging.ts";
import { mendObject } from "./mend-object.ts";
import {
  checksumOf,
  inLanes,
  isRight,
  mismatch,
  type ArrivingObject,
  type Lane,
  type ObjectReceiver,
} from "./object-receiver.ts";
import { receiveRange } from "./receive-range.ts";

/**
 * Bring what a file lacks of an object; where that turns out to be spoilt, find out what is, and mend it.
 *
 * @returns the checksum of what came, which is the object's where it has one
 * @throws {WaybillError} `CHECKSUM_MISMATCH`, and what receiving a range or writing it throws
 */
export async function receiveObject(receiver: ObjectReceiver, arriving: ArrivingObject): Promise<Checksum> {
  const { done } = arriving.part;
  await bringMissing(receiver, arriving);
  if (!isRight(arriving, done)) {
    receiver.onWait(mismatch());
    await mendObject(receiver, arriving);
    if (!isRight(arriving, done)) throw mismatch();
  }
  return checksumOf(arriving, done);
}

interface Missing {
  index: number;
  range: ByteRange;
}

/** Several ranges at once; the last ones, when they are slow, by two requests each. */
async function bringMissing(
  receiver: ObjectReceiver,
  { object, ranges, part, arriving, proof }: ArrivingObject,
): Promise<void> {
  const missing = ranges.flatMap((range, index): Missing[] =>
    part.done.has(index) ? [] : [{ index, range }],
  );
  let bytes = object.sizeBytes;
  for (const { index, range } of missing) bytes -= sizeOf(arriving.get(index)?.missing() ?? range);
  receiver.onBytes(bytes);
  const onTaken = (taken: number) => receiver.onBytes((bytes += taken));

  const hedging = createHedging<Missing>(receiver.deps);
  async function bring(lane: Lane, wanted: Missing): Promise<void> {
    const { index } = wanted;
    const range = arriving.get(index) ?? createArrivingRange(wanted.range, part, proof.startPiece());
    arriving.set(index, range);
    const race = hedging.enter(wanted);
    race.started();
    try {
      const signal = AbortSignal.any([lane.signal, race.lost]);
      await receiveRange({ ...lane, signal, onTaken }, range, object);
    } catch (error) {
      if (race.isWon()) return;
      throw error;
    }
    if (!race.win()) return;
    await part.finish(index, range.checksum());
    arriving.delete(index);
  }

  const queue = missing.values();
  await inLanes(receiver, missing.length, async (lane) => {
    for (const wanted of queue) await bring(lane, wanted);
    const slowest = () => hedging.slowest(lane.signal);
    for (let last = await slowest(); last !== undefined; last = await slowest()) await bring(lane, last);
  });
}

function sizeOf({ start, end }: ByteRange): number {
  return end - start;
}
