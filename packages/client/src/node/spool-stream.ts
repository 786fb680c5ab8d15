import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Source } from "../engine/platform.ts";
import { openFileSource, type FileRange } from "./file-source.ts";

/**
 * A stream as the source of an upload. A stream can be read once, and its length is not known; a
 * signed request names its length, and a part that fails is sent again. So it goes to a temporary
 * file first, which is removed with the source.
 */
export async function spoolStream(
  stream: AsyncIterable<Uint8Array>,
  options: { fileName: string; signal: AbortSignal },
): Promise<Source<FileRange>> {
  const path = join(tmpdir(), `waybill-${randomUUID()}.spool`);
  const handle = await open(path, "wx+", 0o600);
  const dispose = async () => {
    await handle.close();
    await rm(path, { force: true });
  };
  try {
    for await (const chunk of stream) {
      options.signal.throwIfAborted();
      await handle.writeFile(chunk);
    }
    return { ...(await openFileSource(handle, options.fileName)), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
