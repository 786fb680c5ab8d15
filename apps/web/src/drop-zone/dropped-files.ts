/** The parts of a DataTransfer that matter here. */
interface Dropped {
  items: Iterable<{
    kind: string;
    getAsFile: () => File | null;
    webkitGetAsEntry: () => { isDirectory: boolean; name: string } | null;
  }>;
}

/** What was dropped: files, and the names of folders, which arrive as things that cannot be read. */
export function droppedFiles({ items }: Dropped): { files: File[]; folderNames: string[] } {
  const files: File[] = [];
  const folderNames: string[] = [];
  for (const item of items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry?.isDirectory) folderNames.push(entry.name);
    else if (file !== null) files.push(file);
  }
  return { files, folderNames };
}
