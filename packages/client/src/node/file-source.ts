import { open, realpath, stat, type FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { createCrc64Nvme, WaybillError, type Integrity } from "@waybill/core";
import type { Source } from "../engine/platform.ts";
import { createPositionalReader, type PositionalReader } from "./positional-reader.ts";
import { createMd5 } from "./create-md5.ts";
import { giveBackBuffer, takeBuffer } from "./transfer-buffers.ts";

/** A range of an open file: `start` inclusive, `end` exclusive. */
export interface FileRange {
  read: PositionalReader;
  start: number;
  end: number;
}

/**
 * A file as the source of an upload: positional reads, so that parts can be sent side by side.
 *
 * @param file - a path, or a handle that stays open and stays the caller's
 * @throws {WaybillError} `LOCAL_FILE` when it cannot be read or is no file
 */
export async function openFileSource(
  file: string | FileHandle,
  fileName?: string,
): Promise<Source<FileRange>> {
  const handle = typeof file === "string" ? await openFile(file) : file;
  const began = await handle.stat();
  const read = createPositionalReader(handle);
  const own = typeof file === "string";
  return {
    fileName: fileName ?? (own ? basename(file) : "file"),
    contentType: undefined,
    sizeBytes: began.size,
    modifiedAtMs: began.mtimeMs,
    identity: own ? await realpath(file) : undefined,
    slice: (start, end) => ({ read, start, end }),
    checksum: (start, end, algorithm, signal) => checksumOfRange({ read, start, end }, algorithm, signal),
    async assertUnchanged() {
      const now = await handle.stat();
      if (now.size !== began.size || now.mtimeMs !== began.mtimeMs) throw new WaybillError("SOURCE_CHANGED");
    },
    async [Symbol.asyncDispose]() {
      if (own) await handle.close();
    },
  };
}

async function checksumOfRange(
  { read, start, end }: FileRange,
  algorithm: Integrity,
  signal: AbortSignal,
): Promise<string> {
  const checksum = algorithm === "MD5" ? createMd5() : createCrc64Nvme();
  const buffer = takeBuffer();
  try {
    for (let position = start; position < end;) {
      signal.throwIfAborted();
      const bytesRead = await read(buffer.subarray(0, Math.min(buffer.length, end - position)), position);
      if (bytesRead === 0)
        throw new WaybillError("SOURCE_CHANGED", "The file became shorter while it was being read.");
      checksum.update(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
  } finally {
    giveBackBuffer(buffer);
  }
  return checksum.digest();
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Ask first: opening a pipe would wait for its writer.
    const stats = await stat(path);
    if (stats.isDirectory()) throw new WaybillError("LOCAL_FILE", `${path} is a directory.`);
    if (!stats.isFile()) throw new WaybillError("LOCAL_FILE", `${path} is not a regular file.`);
    return await open(path, "r");
  } catch (error) {
    if (error instanceof WaybillError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const why =
      code === "ENOENT" ? "does not exist" : code === "EACCES" ? "may not be read" : "cannot be opened";
    throw new WaybillError("LOCAL_FILE", `${path} ${why}.`, { cause: error });
  }
}
