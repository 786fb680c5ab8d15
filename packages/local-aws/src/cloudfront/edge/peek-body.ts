export type Body = AsyncIterable<Buffer>;

/**
 * Look at the beginning of a body, and leave it whole.
 *
 * @param maxBytes - what is held of it at most, but for the chunk that goes beyond
 */
export async function peekBody(
  body: Body,
  maxBytes: number,
): Promise<{ start: Buffer; isTruncated: boolean; body: Body }> {
  const iterator = body[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let isDone = false;
  while (sizeBytes <= maxBytes && !isDone) {
    const next = await iterator.next();
    isDone = next.done ?? false;
    if (!next.done) {
      chunks.push(next.value);
      sizeBytes += next.value.length;
    }
  }
  return {
    start: Buffer.concat(chunks).subarray(0, maxBytes),
    isTruncated: sizeBytes > maxBytes,
    body: rejoin(chunks, iterator),
  };
}

async function* rejoin(chunks: readonly Buffer[], iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
  yield* { [Symbol.asyncIterator]: () => iterator };
}
