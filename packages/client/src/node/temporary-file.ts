import { open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

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
const inUse = new Set<string>();
let opened = 0;

/**
 * Open `.NAME.HOST.PROCESS-N.waybill-part` beside the target: nobody else's, and hidden.
 *
 * The name tells whose it is. Two downloads of one target never share a file, and one whose process
 * has died can be taken over: by renaming it, which succeeds for one taker only. Files of another
 * host, on a disk that is shared, are left alone, as nobody here can tell whether they are in use.
 *
 * @param options.takeOver - go on with what a dead process, or `keep`, has left, if there is any
 */
export async function openTemporaryFile(
  target: string,
  options: { takeOver: boolean },
): Promise<TemporaryFile> {
  const folder = dirname(target);
  const prefix = `.${shortName(basename(target))}.${hostname().slice(0, 40)}.`;
  const path = join(folder, `${prefix}${process.pid}-${++opened}.waybill-part`);
  inUse.add(path);
  try {
    const isTaken = options.takeOver && (await takeOver(folder, prefix, path));
    const handle = await open(path, isTaken ? "r+" : "wx+");
    const close = async () => {
      inUse.delete(path);
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
    inUse.delete(path);
    throw error;
  }
}

/** Rename the first of the files that nobody uses any more, and remove the others. */
async function takeOver(folder: string, prefix: string, path: string): Promise<boolean> {
  let isTaken = false;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const [, owner] = /^(\d{1,10})-\d+\.waybill-part$/.exec(name.slice(prefix.length)) ?? [];
    const abandoned = join(folder, name);
    if (owner === undefined || isUsed(Number(owner), abandoned)) continue;
    if (isTaken) await rm(abandoned, { force: true });
    else
      isTaken = await rename(abandoned, path).then(
        () => true,
        () => false, // somebody else was faster
      );
  }
  return isTaken;
}

function isUsed(pid: number, path: string): boolean {
  if (pid === process.pid) return inUse.has(path);
  try {
    return process.kill(pid, 0); // asks only
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH"); // EPERM: somebody else's, and alive
  }
}

function shortName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  return createHash("sha256").update(name).digest("hex");
}
