import type { FileHandle } from "node:fs/promises";
import type { BlobFiles } from "./blob-files.ts";
import type { Segment } from "./segment-table.ts";

/** Bytes per read: large, because every chunk costs a promise and a write. */
const READ_BYTES = 256 * 1024;

/**
 * The bytes of an object from `start` up to `end`, across its segments. The consumer sets the pace: no
 * more than one chunk is read ahead of it. Two buffers take turns, so a chunk is good only until the next
 * one is asked for.
 *
 * @param options.end - exclusive
 * @throws when a file is missing or shorter than the database says
 */
export async function* readSegments(options: {
  blobs: BlobFiles;
  segments: readonly Segment[];
  start: number;
  end: number;
}): AsyncGenerator<Buffer, void, void> {
  const takeBuffer = createBufferTurns(Math.min(READ_BYTES, options.end - options.start));
  let offset = 0; // of the current segment within the object
  for (const { blobId, start, sizeBytes } of options.segments) {
    const from = start + Math.max(options.start - offset, 0);
    const to = start + Math.min(options.end - offset, sizeBytes);
    offset += sizeBytes;
    if (from < to) yield* readBlob(options.blobs, { blobId, from, to, takeBuffer });
  }
}

async function* readBlob(
  blobs: BlobFiles,
  range: { blobId: string; from: number; to: number; takeBuffer: () => Buffer },
): AsyncGenerator<Buffer, void, void> {
  const file = await blobs.open(range.blobId);
  let reading: Promise<Buffer> | undefined;
  try {
    let position = range.from;
    const readOn = (): Promise<Buffer> | undefined =>
      position < range.to ? readChunk(file, range.takeBuffer(), { position, end: range.to }) : undefined;
    reading = readOn();
    while (reading !== undefined) {
      const chunk: Buffer = await reading;
      position += chunk.length;
      reading = readOn();
      yield chunk;
    }
  } finally {
    await reading?.catch(() => {}); // the file must not be closed under a running read
    await file.close();
  }
}

async function readChunk(
  file: FileHandle,
  buffer: Buffer,
  range: { position: number; end: number },
): Promise<Buffer> {
  const length = Math.min(buffer.length, range.end - range.position);
  const { bytesRead } = await file.read(buffer, 0, length, range.position);
  if (bytesRead === 0) throw new Error("a stored file is shorter than recorded");
  return buffer.subarray(0, bytesRead);
}

/** The second one is made when it is needed: most objects take one. */
function createBufferTurns(sizeBytes: number): () => Buffer {
  const buffers: Buffer[] = [];
  let turn = 0;
  return () => {
    turn = 1 - turn;
    return (buffers[turn] ??= Buffer.allocUnsafeSlow(sizeBytes));
  };
}
