/** A body on its way. A chunk is good until the next one is asked for. */
type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;
export type ByteFault = (chunks: Chunks) => AsyncGenerator<Buffer, void, void>;

/**
 * Let so many bytes pass, act, and let the rest pass unless acting threw. A body that is shorter passes
 * whole.
 *
 * @param options.act - called when whoever reads has dealt with the bytes before
 */
export function interruptAfter(options: { bytes: number; act: () => Promise<void> }): ByteFault {
  return async function* interrupt(chunks) {
    let left = options.bytes;
    for await (const chunk of chunks) {
      if (left <= chunk.length) {
        yield chunk.subarray(0, left);
        await options.act();
        yield chunk.subarray(left);
        left = Infinity;
      } else {
        yield chunk;
        left -= chunk.length;
      }
    }
    if (left === 0) await options.act(); // there were no chunks at all
  };
}

/** Turn over all bits of one byte. A body that is shorter stays as it is. */
export function flipByteAt(options: { offset: number; onFlip: () => void }): ByteFault {
  return async function* flip(chunks) {
    let start = 0; // of the chunk
    for await (const chunk of chunks) {
      const index = options.offset - start;
      start += chunk.length;
      const byte = chunk[index];
      if (byte === undefined) {
        yield chunk;
      } else {
        const flipped = Buffer.from(chunk); // the chunk may be somebody's who uses it again
        flipped[index] = byte ^ 0xff;
        options.onFlip();
        yield flipped;
      }
    }
  };
}
