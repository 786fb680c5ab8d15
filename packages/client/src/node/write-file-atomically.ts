import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { WaybillError } from "@waybill/core";

/**
 * Write a file that appears whole or not at all: into a neighbour first, renamed once `produce` has
 * written everything without an error.
 */
export async function writeFileAtomically<T>(
  path: string,
  produce: (write: (chunk: Uint8Array) => Promise<void>) => Promise<T>,
): Promise<T> {
  const partial = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.partial`);
  const handle = await open(partial, "wx").catch((error: unknown) => {
    throw new WaybillError("LOCAL_FILE", `${path} cannot be written.`, { cause: error });
  });
  try {
    const result = await produce(writeAll);
    await handle.sync();
    await handle.close();
    await rename(partial, path).catch((error: unknown) => {
      throw new WaybillError("LOCAL_FILE", `${path} cannot be written.`, { cause: error });
    });
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined); // closed already, or the first error says more
    await rm(partial, { force: true });
    throw error;
  }

  async function writeAll(chunk: Uint8Array) {
    try {
      await handle.writeFile(chunk);
    } catch (error) {
      const full = error instanceof Error && "code" in error && error.code === "ENOSPC";
      throw new WaybillError(
        "LOCAL_FILE",
        full ? `The disk is full: ${path}.` : `${path} cannot be written.`,
        { cause: error },
      );
    }
  }
}
