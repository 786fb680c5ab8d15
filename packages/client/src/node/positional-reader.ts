import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** A read that the kernel only has to copy takes a tenth of a millisecond. */
const SLOW_MS = 5;
/** So many reads go to a thread after a slow one, before another is tried here. */
const PAUSE = 64;

/** Reads up to as many bytes as the buffer holds from a position of the file; fewer only at its end. */
export type PositionalReader = (into: Uint8Array, position: number) => Promise<number>;

/**
 * As long as the file lies in the kernel's memory, handing each read to a thread costs more than the read. So it
 * is done at once, and by a thread where the disk is what is waited for, lest the process stand still.
 */
export function createPositionalReader(handle: FileHandle): PositionalReader {
  let threadReads = 0;

  return async (into, position) => {
    if (threadReads > 0) {
      threadReads -= 1;
      return (await handle.read(into, 0, into.length, position)).bytesRead;
    }
    const startedAt = performance.now();
    const byteCount = readSync(handle.fd, into, 0, into.length, position);
    if (performance.now() - startedAt > SLOW_MS) threadReads = PAUSE;
    return byteCount;
  };
}
