import type { FileHandle } from "node:fs/promises";
import type { RandomAccessFile } from "../engine/part-file.ts";
import { createPositionalWriter } from "./positional-writer.ts";

/** An open file, which stays the caller's. */
export function randomAccessFile(handle: FileHandle): RandomAccessFile {
  let buffer = Buffer.alloc(0);
  return {
    sizeBytes: async () => (await handle.stat()).size,
    async read(position, byteCount) {
      if (buffer.length < byteCount) buffer = Buffer.allocUnsafeSlow(byteCount);
      const { bytesRead } = await handle.read(buffer, 0, byteCount, position);
      return buffer.subarray(0, bytesRead);
    },
    write: createPositionalWriter(handle),
    truncate: (sizeBytes) => handle.truncate(sizeBytes),
  };
}
