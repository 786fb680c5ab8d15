import { readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/**
 * Files that belong to one process, as their names tell: `NAME.HOST.PROCESS-N` and an ending. Two that
 * work at the same never share one, and what a process that has died leaves can be taken over by renaming
 * it, which succeeds for one taker only. Files of another host, on a disk that is shared, are left alone, as
 * nobody here can tell whether they are in use.
 */
export interface OwnedFiles {
  folder: string;
  /** What all files for the same purpose begin with: no more than 150 bytes. */
  name: string;
  /** With its dot. */
  ending: string;
}

const inUse = new Set<string>();
let opened = 0;

/** A path for a file of ours, which counts as used until {@link disown}. */
export function ownPath(files: OwnedFiles): string {
  const path = join(files.folder, `${prefixOf(files)}${process.pid}-${++opened}${files.ending}`);
  inUse.add(path);
  return path;
}

export function disown(path: string): void {
  inUse.delete(path);
}

/**
 * Rename one of the files that nobody uses any more to `path`, and remove the others.
 *
 * @returns `taken`; `none`; `used` when there is none but somebody has one
 */
export async function takeOver(files: OwnedFiles, path: string): Promise<"taken" | "none" | "used"> {
  let outcome: "taken" | "none" | "used" = "none";
  for (const { path: found, isUsed } of await filesOf(files)) {
    if (found === path) continue;
    if (isUsed) outcome = outcome === "taken" ? "taken" : "used";
    else if (outcome === "taken") await rm(found, { force: true });
    else if (await renamed(found, path)) outcome = "taken";
  }
  return outcome;
}

async function filesOf(files: OwnedFiles): Promise<{ path: string; isUsed: boolean }[]> {
  const prefix = prefixOf(files);
  const names = await readdir(files.folder);
  return names.flatMap((name) => {
    if (!name.startsWith(prefix) || !name.endsWith(files.ending)) return [];
    const [, owner] = /^(\d{1,10})-\d+$/.exec(name.slice(prefix.length, -files.ending.length)) ?? [];
    const path = join(files.folder, name);
    return owner === undefined ? [] : [{ path, isUsed: mayBeUsed(Number(owner), path) }];
  });
}

function prefixOf({ name }: OwnedFiles): string {
  return `${name}.${hostname().slice(0, 40)}.`;
}

/** @returns false when somebody else was faster */
async function renamed(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  );
}

function mayBeUsed(pid: number, path: string): boolean {
  if (pid === process.pid) return inUse.has(path);
  try {
    return process.kill(pid, 0); // asks only
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH"); // EPERM: somebody else's, and alive
  }
}
