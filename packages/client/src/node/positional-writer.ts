import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** A write that the kernel only has to copy takes a tenth of a millisecond. */
const SLOW_MS = 5;
/** So many writes go to a thread after a slow one, before another is tried here. */
const PAUSE = 64;

/** Writes all of the bytes at a position of the file. */
export type PositionalWriter = (bytes: Uint8Array, position: number) => Promise<void>;

/**
 * As long as the kernel takes bytes as fast as memory does, handing each write to a thread costs more
 * than the write: a quarter of a download's processor time. So it is done at once, and by a thread
 * where the disk is what is waited for, lest the process stand still.
 */
export function createPositionalWriter(handle: FileHandle): PositionalWriter {
  let threadWrites = 0;

  function writeNow(bytes: Uint8Array, position: number): number {
    const startedAt = performance.now();
    const byteCount = writeSync(handle.fd, bytes, 0, bytes.length, position);
    if (performance.now() - startedAt > SLOW_MS) threadWrites = PAUSE;
    return byteCount;
  }

  async function writeInThread(bytes: Uint8Array, position: number): Promise<number> {
    threadWrites -= 1;
    return (await handle.write(bytes, 0, bytes.length, position)).bytesWritten;
  }

  return async (bytes, position) => {
    for (let written = 0; written < bytes.length;) {
      const rest = bytes.subarray(written);
      const write = threadWrites > 0 ? writeInThread : writeNow;
      written += await write(rest, position + written); // it may take less than it was given
    }
  };
}
