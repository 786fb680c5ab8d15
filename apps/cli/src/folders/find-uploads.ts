import { access, constants, stat } from "node:fs/promises";
import { placeInFolder, WaybillError, type FolderPlace } from "@waybill/core";
import type { Refusal } from "../transfers/run-transfers.ts";
import type { FolderIds } from "./folder-ids.ts";
import type { PathFilter } from "./create-path-filter.ts";
import { readingError, walkFolder, type Walk } from "./walk-folder.ts";

export interface FoundUpload {
  file: string;
  sizeBytes: number;
  folder?: FolderPlace;
  /** An earlier run, that broke off, may have brought it. */
  mayBeThere?: boolean;
}

export interface FoundUploads {
  uploads: FoundUpload[];
  refusals: Refusal[];
  skipped: Walk["skipped"];
}

/**
 * Look at everything that was named, before the first byte leaves.
 *
 * @param options.filter - for what is in folders; undefined where no folder may be named
 * @param options.folderIds - what the files of a folder are stored under
 * @throws {WaybillError} `LOCAL_FILE` when something that was named cannot be uploaded
 */
export async function findUploads(
  operands: readonly string[],
  {
    filter,
    folderIds,
    signal,
  }: { filter: PathFilter | undefined; folderIds: FolderIds; signal: AbortSignal },
): Promise<FoundUploads> {
  const named: (FoundUpload & { isDirectory: boolean })[] = [];
  for (const operand of operands) named.push(await lookAt(operand, filter !== undefined));
  const found: FoundUploads = { uploads: [], refusals: [], skipped: [] };
  for (const { isDirectory, ...upload } of named) {
    if (!isDirectory || filter === undefined) found.uploads.push(upload);
    else addFolder(found, await walkFolder(upload.file, filter, signal), await folderIds.idOf(upload.file));
  }
  return found;
}

async function lookAt(file: string, foldersToo: boolean): Promise<FoundUpload & { isDirectory: boolean }> {
  try {
    const stats = await stat(file);
    const isDirectory = stats.isDirectory();
    if (isDirectory && !foldersToo) {
      throw new WaybillError(
        "LOCAL_FILE",
        `${file} is a directory; put --recursive (-r) uploads the files in it.`,
      );
    }
    await access(file, constants.R_OK);
    return { file, sizeBytes: stats.size, isDirectory };
  } catch (error) {
    throw readingError(file, error);
  }
}

function addFolder(found: FoundUploads, walk: Walk, { id, isKnown }: { id: string; isKnown: boolean }): void {
  found.skipped.push(...walk.skipped);
  for (const { file, error } of walk.failures) found.refusals.push({ about: { file }, error });
  for (const { file: walked, path, conflict } of placeInFolder(walk.files)) {
    const { file, sizeBytes } = walked;
    if (conflict === undefined)
      found.uploads.push({ file, sizeBytes, folder: { id, path }, mayBeThere: isKnown });
    else {
      const sentence = `${file} would be stored as ${JSON.stringify(path)}, but ${conflict}; rename it.`;
      found.refusals.push({ about: { file }, error: new WaybillError("LOCAL_FILE", sentence) });
    }
  }
}
