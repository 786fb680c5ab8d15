import { createHash } from "node:crypto";
import { mkdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createKeyId } from "@waybill/core";
import * as z from "zod/mini";

const FolderRecord = z.object({ id: z.uuidv7() });

/** The id that a folder's files are stored under, which an upload that broke off is gone on with. */
export interface FolderIds {
  /** @returns `isKnown`: some of its files may be there */
  idOf(folder: string): Promise<{ id: string; isKnown: boolean }>;
  /** All is there: the next upload of this folder is a new one. */
  forget(folder: string): Promise<void>;
}

/**
 * @param options.stateDir - a small file for each folder whose upload has not come to its end
 * @param options.scope - what else must be the same: the API, the collection
 * @param options.anew - begin anew, whatever was left
 */
export function createFolderIds(options: {
  stateDir: string;
  scope: readonly string[];
  anew: boolean;
}): FolderIds {
  const directory = join(options.stateDir, "folders");
  async function pathOf(folder: string): Promise<string> {
    const name = JSON.stringify([...options.scope, await realpath(folder)]);
    return join(directory, `${createHash("sha256").update(name).digest("hex").slice(0, 32)}.json`);
  }
  return {
    async idOf(folder) {
      const path = await pathOf(folder);
      const known = options.anew ? undefined : await readRecord(path);
      if (known !== undefined) return { id: known, isKnown: true };
      const id = createKeyId(new Date());
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeFile(path, JSON.stringify({ id }), { mode: 0o600 });
      return { id, isKnown: false };
    },
    forget: async (folder) => rm(await pathOf(folder), { force: true }),
  };
}

async function readRecord(path: string): Promise<string | undefined> {
  try {
    return FolderRecord.parse(JSON.parse(await readFile(path, "utf8"))).id;
  } catch {
    return undefined; // there is none, or it was cut off: then it is a new upload
  }
}
