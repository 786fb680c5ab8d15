import type { PickedFile } from "../state/upload-queue.ts";

/** The parts of a DataTransfer that matter here. */
interface Dropped {
  items: Iterable<{
    kind: string;
    getAsFile: () => File | null;
    webkitGetAsEntry: () => { isDirectory: boolean; name: string } | null;
    /** Not in every browser. */
    getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
  }>;
}

/**
 * What was dropped: files, with their handles where the browser gives any, and the names of folders,
 * which arrive as things that cannot be read.
 *
 * Everything is asked for at once: after the drop's event the items are empty.
 */
export async function droppedFiles({
  items,
}: Dropped): Promise<{ files: PickedFile[]; folderNames: string[] }> {
  const files: Promise<PickedFile>[] = [];
  const folderNames: string[] = [];
  for (const item of items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry?.isDirectory) folderNames.push(entry.name);
    else if (file !== null) files.push(withHandle(file, item.getAsFileSystemHandle?.()));
  }
  return { files: await Promise.all(files), folderNames };
}

async function withHandle(
  file: File,
  asking: Promise<FileSystemHandle | null> | undefined,
): Promise<PickedFile> {
  const handle = await asking?.catch(() => null); // then without one
  return isFile(handle) ? { file, handle } : { file };
}

function isFile(handle: FileSystemHandle | null | undefined): handle is FileSystemFileHandle {
  return handle?.kind === "file";
}
