import { createArrivingRange } from "./arriving-range.ts";
import type { ByteRange } from "./byte-range.ts";
import {
  inLanes,
  isRight,
  mismatch,
  type ArrivingObject,
  type Lane,
  type ObjectReceiver,
} from "./object-receiver.ts";
import { receiveRange } from "./receive-range.ts";

/** So often a range is brought again until it comes as it has come before. */
const MAX_AGAIN = 4;

/**
 * Find what was spoilt on its way. Stores know the checksum of the whole, and of no range: so one range after
 * the other is brought again, until the whole adds up. One that comes otherwise than before is brought until
 * it comes the same twice.
 *
 * @throws {WaybillError} `CHECKSUM_MISMATCH` when a range never comes the same twice
 */
export async function mendObject(receiver: ObjectReceiver, spoilt: ArrivingObject): Promise<void> {
  const { object, ranges, part, proof } = spoilt;
  const checksums = new Map(part.done);
  let isMended = false;

  async function bringAgain(lane: Lane, index: number, range: ByteRange): Promise<void> {
    const seen = new Set([checksums.get(index)]);
    part.forget(index);
    for (let tries = 0; tries < MAX_AGAIN; tries++) {
      const arriving = createArrivingRange(range, part, proof.startPiece());
      await receiveRange({ ...lane, onTaken: () => {} }, arriving, object);
      const checksum = arriving.checksum();
      checksums.set(index, checksum);
      const isKnown = seen.has(checksum);
      const addsUp = !isKnown && isRight(spoilt, checksums);
      isMended ||= addsUp;
      if (isKnown || addsUp) return part.finish(index, checksum);
      seen.add(checksum);
    }
    throw mismatch();
  }

  const queue = ranges.entries();
  await inLanes(receiver, ranges.length, async (lane) => {
    for (const [index, range] of queue) {
      await bringAgain(lane, index, range);
      if (isMended) return; // what the other lanes have begun to write, they finish
    }
  });
}
