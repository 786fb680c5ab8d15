import type { Readable } from "node:stream";

/** Hands out a stream in large blocks. Between two calls of `fill` the stream is not read. */
export interface BlockFiller {
  /**
   * @returns how many bytes of the block are filled: fewer than it has only at the end of the stream
   *   and 0 behind it. Rejects when the stream fails or closes early
   */
  fill(block: Uint8Array): Promise<number>;
  /** Leave the stream alone, whoever may read the rest of it. */
  stop(): void;
}

/** Chunks are copied at once, without a promise per chunk, so that their memory is soon free. */
export function createBlockFiller(source: Readable): BlockFiller {
  let target: { block: Uint8Array; filled: number; result: PromiseWithResolvers<number> } | undefined;
  let left: Uint8Array = new Uint8Array(0); // of a chunk, for which the block had no room
  let ended = false;
  let failure: Error | undefined;

  const advance = (): void => {
    if (target === undefined) return;
    if (failure !== undefined) return settle();
    const size = Math.min(left.length, target.block.length - target.filled);
    target.block.set(left.subarray(0, size), target.filled);
    target.filled += size;
    left = left.subarray(size);
    if (target.filled === target.block.length || ended) return settle();
    source.resume();
  };
  const settle = (): void => {
    const settled = target;
    target = undefined;
    source.pause();
    if (failure === undefined) settled?.result.resolve(settled.filled);
    else settled?.result.reject(failure);
  };
  const fail = (error: Error): void => {
    failure ??= error;
    advance();
  };

  const onData = (chunk: Buffer): void => {
    left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    advance();
  };
  source.on("data", onData);
  source.pause(); // a listener alone would set it going
  source.once("end", () => {
    ended = true;
    advance();
  });
  source.once("error", fail);
  const onClose = (): void => {
    if (!ended) fail(new Error("the stream closed before its end"));
  };
  source.once("close", onClose);
  // The client may have gone while the file was opened: then no event comes any more.
  if (source.destroyed) onClose();

  return {
    fill(block) {
      target = { block, filled: 0, result: Promise.withResolvers() };
      const { promise } = target.result;
      advance();
      return promise;
    },
    stop() {
      source.off("data", onData);
      target = undefined;
    },
  };
}
