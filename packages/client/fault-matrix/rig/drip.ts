import { setTimeout as sleep } from "node:timers/promises";

const PIECES_PER_SECOND = 10;

/** Lets bytes through slowly and steadily, and takes no more meanwhile than it lets through. */
export function drip(bytesPerSecond: number) {
  const pieceBytes = Math.ceil(bytesPerSecond / PIECES_PER_SECOND);
  return async function* dripping(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      for (let start = 0; start < chunk.length; start += pieceBytes) {
        yield chunk.subarray(start, start + pieceBytes);
        await sleep(1000 / PIECES_PER_SECOND);
      }
    }
  };
}
