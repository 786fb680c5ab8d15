import { access, constants, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { WaybillError } from "@waybill/core";
import type { PathFilter } from "./create-path-filter.ts";

interface FoundFile {
  /** Where it is on this machine. */
  file: string;
  /** The same below the folder that was walked, with `/` between the segments. */
  path: string;
  sizeBytes: number;
}

export interface Walk {
  /** In the order of their paths. */
  files: FoundFile[];
  /** What was meant and cannot be read. */
  failures: { file: string; error: unknown }[];
  /** What is no file: sockets, pipes, devices, and links that lead back to where they are. */
  skipped: { file: string; reason: string }[];
}

/**
 * Find the files in a folder and in the folders in it. Links are followed, as what they lead to is what
 * somebody sees there; hidden files are files like others.
 */
export async function walkFolder(folder: string, filter: PathFilter, signal: AbortSignal): Promise<Walk> {
  const walk: Walk = { files: [], failures: [], skipped: [] };

  async function visitFolder(path: string, ancestors: readonly string[]): Promise<void> {
    const names = await namesIn(join(folder, path));
    for (const name of names.toSorted()) {
      signal.throwIfAborted();
      const child = path === "" ? name : `${path}/${name}`;
      await visit({ file: join(folder, child), path: child }, ancestors);
    }
  }

  async function namesIn(directory: string): Promise<string[]> {
    try {
      return await readdir(directory);
    } catch (error) {
      walk.failures.push({ file: directory, error: readingError(directory, error) });
      return [];
    }
  }

  async function visit({ file, path }: { file: string; path: string }, ancestors: readonly string[]) {
    try {
      const stats = await stat(file);
      if (stats.isDirectory()) {
        if (filter.excludesFolder(path)) return;
        const identity = `${stats.dev}:${stats.ino}`;
        if (!ancestors.includes(identity)) await visitFolder(path, [...ancestors, identity]);
        else walk.skipped.push({ file, reason: "leads back to a folder that it is in" });
      } else if (filter.accepts(path)) {
        if (!stats.isFile()) return void walk.skipped.push({ file, reason: "is not a regular file" });
        await access(file, constants.R_OK);
        walk.files.push({ file, path, sizeBytes: stats.size });
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!filter.accepts(path)) return;
      // It was listed a moment ago.
      const missing = "is a link to what does not exist";
      walk.failures.push({ file, error: readingError(file, error, missing) });
    }
  }

  const top = await stat(folder);
  await visitFolder("", [`${top.dev}:${top.ino}`]);
  return walk;
}

const REASONS: Record<string, string> = {
  EACCES: "may not be read",
  EPERM: "may not be read",
  ELOOP: "is a link that leads to itself",
};

/** A sentence for what the system answered. */
export function readingError(file: string, error: unknown, missing = "does not exist"): unknown {
  if (!(error instanceof Error && "code" in error) || error instanceof WaybillError) return error;
  const code = String(error.code);
  const notFound = file.includes("\ufffd") ? "has a name that is not valid UTF-8" : missing;
  const reason = code === "ENOENT" ? notFound : (REASONS[code] ?? "cannot be read");
  return new WaybillError("LOCAL_FILE", `${file} ${reason}.`, { cause: error });
}
