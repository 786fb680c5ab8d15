import type { PickedFile } from "../state/upload-queue.ts";

/** A folder that was dropped or chosen, with all that is in it. */
export interface FoundFolder {
  name: string;
  /** `path` is relative to the folder. */
  files: (PickedFile & { path: string })[];
  /** Paths of files, and of folders, that the browser could not read. */
  unreadable: string[];
}

/** The folders that an input with `webkitdirectory` has files of. */
export function foldersOfInput(files: Iterable<File>): FoundFolder[] {
  const folders = new Map<string, FoundFolder>();
  for (const file of files) {
    const [name = "", ...path] = file.webkitRelativePath.split("/");
    const folder = folders.get(name) ?? { name, files: [], unreadable: [] };
    folders.set(name, folder);
    folder.files.push({ file, path: path.join("/") });
  }
  return [...folders.values()];
}

/** A folder by its handle, as some browsers have: what is in it can be opened again after a reload. */
export function walkHandle(folder: FileSystemDirectoryHandle): Promise<FoundFolder> {
  return walk(folder.name, async function* ofHandle(path): AsyncGenerator<Child> {
    let parent = folder;
    for (const name of path) parent = await parent.getDirectoryHandle(name);
    for await (const handle of parent.values()) {
      if (handle.kind === "directory") yield { name: handle.name };
      else yield { name: handle.name, open: async () => ({ file: await handle.getFile(), handle }) };
    }
  });
}

/** A folder by its entry, as all browsers have. */
export function walkEntry(folder: FileSystemDirectoryEntry): Promise<FoundFolder> {
  return walk(folder.name, async function* ofEntry(path): AsyncGenerator<Child> {
    const reader = (await directoryBelow(folder, path)).createReader();
    for (;;) {
      // It gives some at a time, and none when all were given.
      const entries = await new Promise<FileSystemEntry[]>((...ends) => reader.readEntries(...ends));
      if (entries.length === 0) return;
      for (const entry of entries) {
        if (!isFileEntry(entry)) yield { name: entry.name };
        else yield { name: entry.name, open: async () => ({ file: await fileOf(entry) }) };
      }
    }
  });
}

/** Without `open` it is a folder. */
interface Child {
  name: string;
  open?: () => Promise<PickedFile>;
}

/** @param childrenOf - what is below the names that lead there */
async function walk(
  name: string,
  childrenOf: (path: readonly string[]) => AsyncIterable<Child>,
): Promise<FoundFolder> {
  const found: FoundFolder = { name, files: [], unreadable: [] };
  const folders: string[][] = [[]];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    try {
      for await (const child of childrenOf(folder)) {
        const path = [...folder, child.name];
        if (child.open === undefined) folders.push(path);
        else await take(path.join("/"), child.open);
      }
    } catch {
      found.unreadable.push(folder.length === 0 ? name : folder.join("/"));
    }
  }
  return found;

  async function take(path: string, open: () => Promise<PickedFile>): Promise<void> {
    try {
      found.files.push({ ...(await open()), path });
    } catch {
      found.unreadable.push(path);
    }
  }
}

async function directoryBelow(
  folder: FileSystemDirectoryEntry,
  path: readonly string[],
): Promise<FileSystemDirectoryEntry> {
  if (path.length === 0) return folder;
  const entry = await new Promise<FileSystemEntry>((...ends) =>
    folder.getDirectory(path.join("/"), {}, ...ends),
  );
  if (!isDirectoryEntry(entry)) throw new TypeError(`${entry.name} is no folder any more.`);
  return entry;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((...ends) => entry.file(...ends));
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

export function isDirectoryEntry(entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true;
}
