import type { ByteRange } from "./byte-range.ts";

/** A range on its way: it outlives pauses, and several answers may bring it. */
export interface ArrivingRange<Checksum = string> {
  /** What has not come yet: empty in the end. */
  missing(): ByteRange;
  /**
   * Take what follows on what is there, and let go of what is there already. So an answer must begin at
   * or before what is missing, and go on in order; of two, each byte is taken from the faster one.
   *
   * @returns how many bytes were not there before
   * @throws whatever writing throws, from then on
   */
  take(bytes: Uint8Array<ArrayBuffer>, position: number): Promise<number>;
  /** Of what was taken. */
  checksum(): Checksum;
}

/** Where bytes go: one run after the other, in order, each once. */
interface Destination {
  write(bytes: Uint8Array<ArrayBuffer>, position: number): Promise<void>;
}

/** @param checksum - with nothing read yet */
export function createArrivingRange<Checksum>(
  { start, end }: ByteRange,
  destination: Destination,
  checksum: { update(bytes: Uint8Array): void; digest(): Checksum },
): ArrivingRange<Checksum> {
  let value: Checksum | undefined;
  let missingFrom = start;
  let taken = Promise.resolve(0);

  async function takeNow(bytes: Uint8Array<ArrayBuffer>, position: number): Promise<number> {
    const fresh = bytes.subarray(missingFrom - position);
    const { length } = fresh; // which writing may take away with the bytes
    if (length === 0) return 0;
    checksum.update(fresh);
    await destination.write(fresh, missingFrom);
    missingFrom += length;
    return length;
  }

  return {
    missing: () => ({ start: missingFrom, end }),
    take(bytes, position) {
      taken = taken.then(() => takeNow(bytes, position));
      return taken;
    },
    checksum: () => (value ??= checksum.digest()),
  };
}
