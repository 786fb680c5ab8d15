import type { PickedFile } from "../state/upload-queue.ts";
import { isDirectoryEntry, walkEntry, walkHandle, type FoundFolder } from "./found-folder.ts";

/** The parts of a DataTransfer that matter here. */
interface Dropped {
  items: Iterable<{
    kind: string;
    getAsFile: () => File | null;
    webkitGetAsEntry: () => FileSystemEntry | null;
    /** Not in every browser. */
    getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
  }>;
}

/**
 * What was dropped: files and folders, with their handles where the browser gives any.
 *
 * Everything is asked for at once: after the drop's event the items are empty.
 */
export async function droppedFiles({
  items,
}: Dropped): Promise<{ files: PickedFile[]; folders: FoundFolder[] }> {
  const files: Promise<PickedFile>[] = [];
  const folders: Promise<FoundFolder>[] = [];
  for (const item of items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    const handle = item.getAsFileSystemHandle?.().catch(() => null); // then without one
    if (isDirectoryEntry(entry)) folders.push(walkDropped(entry, handle));
    else if (file !== null) files.push(withHandle(file, handle));
  }
  return { files: await Promise.all(files), folders: await Promise.all(folders) };
}

type Asked = Promise<FileSystemHandle | null> | undefined;

async function walkDropped(entry: FileSystemDirectoryEntry, asked: Asked): Promise<FoundFolder> {
  const handle = await asked;
  return isDirectory(handle) ? walkHandle(handle) : walkEntry(entry);
}

async function withHandle(file: File, asked: Asked): Promise<PickedFile> {
  const handle = await asked;
  return isFile(handle) ? { file, handle } : { file };
}

function isDirectory(handle: FileSystemHandle | null | undefined): handle is FileSystemDirectoryHandle {
  return handle?.kind === "directory";
}

function isFile(handle: FileSystemHandle | null | undefined): handle is FileSystemFileHandle {
  return handle?.kind === "file";
}
