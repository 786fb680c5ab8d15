import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { disown, ownPath, takeOver } from "./owned-file.ts";

/** A file beside the target, that becomes the target or goes away. */
export interface TemporaryFile {
  handle: FileHandle;
  /** Close it and give it the target's name, in place of whatever had it. */
  publish(): Promise<void>;
  /** Close it and remove it. */
  discard(): Promise<void>;
  /** Close it and leave it, for a later {@link openTemporaryFile} with `takeOver`. */
  keep(): Promise<void>;
}

/** File systems allow 255; what is added to a name takes up to 100 of them. */
const MAX_NAME_BYTES = 150;

/**
 * Open a file beside the target: nobody else's, and hidden.
 *
 * @param options.takeOver - go on with what a dead process, or `keep`, has left, if there is any
 */
export async function openTemporaryFile(
  target: string,
  options: { takeOver: boolean },
): Promise<TemporaryFile> {
  const name = `.${shortName(basename(target))}`;
  const files = { folder: dirname(target), name, ending: ".waybill-part" };
  const path = ownPath(files);
  try {
    const isTaken = options.takeOver && (await takeOver(files, path)) === "taken";
    const handle = await open(path, isTaken ? "r+" : "wx+");
    const close = async () => {
      disown(path);
      await handle.close();
    };
    return {
      handle,
      keep: close,
      async publish() {
        await close();
        await rename(path, target);
      },
      async discard() {
        await close().catch(() => undefined); // closed by `publish`, which failed then
        await rm(path, { force: true });
      },
    };
  } catch (error) {
    disown(path);
    throw error;
  }
}

function shortName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  return createHash("sha256").update(name).digest("hex");
}
