import type { Blob, BlobFiles } from "./blob-files.ts";

/** Bytes per read: large, because every chunk costs a promise and an event. */
const READ_BYTES = 256 * 1024;

/**
 * The bytes of an object from `start` up to `end`, across its segments. The consumer sets the pace: no
 * more than one chunk is read ahead of it.
 *
 * @param options.end - exclusive
 * @throws when a file is missing or shorter than the database says
 */
export async function* readSegments(options: {
  blobs: BlobFiles;
  segments: readonly Blob[];
  start: number;
  end: number;
}): AsyncGenerator<Buffer, void, void> {
  let offset = 0; // of the current segment within the object
  for (const { blobId, sizeBytes } of options.segments) {
    const from = Math.max(options.start - offset, 0);
    const to = Math.min(options.end - offset, sizeBytes);
    offset += sizeBytes;
    if (from < to) yield* readBlob(options.blobs, { blobId, from, to });
  }
}

async function* readBlob(
  blobs: BlobFiles,
  range: { blobId: string; from: number; to: number },
): AsyncGenerator<Buffer, void, void> {
  const file = await blobs.open(range.blobId);
  try {
    let position = range.from;
    while (position < range.to) {
      const length = Math.min(READ_BYTES, range.to - position);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, position);
      if (bytesRead === 0) throw new Error("a stored file is shorter than recorded");
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
