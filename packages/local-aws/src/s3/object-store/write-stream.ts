import { write } from "node:fs";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import type { RunningDigests } from "../checksums/running-digests.ts";
import { createBlockFiller } from "./fill-blocks.ts";

/**
 * Copy a stream to a file and through digests with flat memory: while one block is written and hashed, the
 * other one fills.
 *
 * @param options.blocks - shared memory, for digests of another thread
 * @returns bytes written; rejects when the stream ends early
 */
export async function writeStream(options: {
  source: Readable;
  fd: number;
  digests: RunningDigests;
  blocks: readonly [Uint8Array, Uint8Array];
}): Promise<number> {
  const { fd, digests } = options;
  const filler = createBlockFiller(options.source);
  let [block, other] = options.blocks;
  let filling = filler.fill(block);
  let totalBytes = 0;
  try {
    for (;;) {
      const bytes = block.subarray(0, await filling);
      if (bytes.length === 0) return totalBytes;
      filling = filler.fill(other);
      filling.catch(() => {}); // it is looked at in the next round, unless this one fails
      // Both have to end, whatever comes of them: the blocks are used again.
      const results = await Promise.allSettled([writeAll(fd, bytes), digests.update(bytes)]);
      for (const result of results) if (result.status === "rejected") throw result.reason;
      totalBytes += bytes.length;
      [block, other] = [other, block];
    }
  } finally {
    filler.stop();
  }
}

/** `write` may write less than it was given. */
async function writeAll(fd: number, bytes: Uint8Array): Promise<void> {
  let writtenBytes = 0;
  while (writtenBytes < bytes.length) {
    const { bytesWritten } = await writeOnce(fd, bytes.subarray(writtenBytes));
    writtenBytes += bytesWritten;
  }
}

const writeOnce = promisify(write);
