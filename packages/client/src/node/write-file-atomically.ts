import { randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { WaybillError } from "@waybill/core";

type Produce<T> = (write: (chunk: Uint8Array) => Promise<void>) => Promise<T>;

/**
 * Write a file that appears whole or not at all: into a neighbour first, renamed once `produce` has
 * written everything without an error. What is there and no regular file, a pipe or a device, is
 * written to directly.
 *
 * @throws {WaybillError} `LOCAL_FILE` when it cannot be written; whatever `produce` throws
 */
export async function writeFileAtomically<T>(path: string, produce: Produce<T>): Promise<T> {
  const target = await realpath(path).catch(() => path); // through a link, not over it
  const existing = await stat(target).catch(() => undefined);
  if (existing !== undefined && !existing.isFile())
    return writeFile(path, { to: target, flags: "w" }, produce);
  const partial = join(dirname(target), `.waybill-${randomUUID()}.partial`);
  try {
    const result = await writeFile(path, { to: partial, flags: "wx" }, produce);
    await naming(path, () => rename(partial, target));
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeFile<T>(
  path: string,
  { to, flags }: { to: string; flags: string },
  produce: Produce<T>,
): Promise<T> {
  const handle = await naming(path, () => open(to, flags));
  try {
    const writer = createGatheringWriter(handle);
    const result = await produce((chunk) => naming(path, () => writer.write(chunk)));
    await naming(path, () => writer.flush());
    return result;
  } finally {
    await handle.close();
  }
}

const GATHER_BYTES = 1024 ** 2;

/** Chunks come in 64 KiB and less; a write of each costs more than the bytes. */
function createGatheringWriter(handle: FileHandle) {
  let chunks: Uint8Array[] = [];
  let size = 0;
  async function flush() {
    const gathered = Buffer.concat(chunks, size);
    chunks = [];
    size = 0;
    await handle.writeFile(gathered);
  }
  return {
    flush,
    async write(chunk: Uint8Array) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= GATHER_BYTES) await flush();
    },
  };
}

/** A failed write names the file that was asked for. */
async function naming<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const full = error instanceof Error && "code" in error && error.code === "ENOSPC";
    throw new WaybillError("LOCAL_FILE", full ? `The disk is full: ${path}.` : `${path} cannot be written.`, {
      cause: error,
    });
  }
}
