import { describe, expect, it } from "vitest";
import { droppedFiles } from "./dropped-files.ts";

const entryOf = (name: string) => ({ isFile: true, isDirectory: false, name }) as FileSystemEntry;
const file = (name: string) => ({
  kind: "file",
  getAsFile: (): File | null => new File(["x"], name),
  webkitGetAsEntry: (): FileSystemEntry | null => entryOf(name),
});

/** As its entry, with nothing in it. */
function folder(name: string) {
  const createReader = () => ({ readEntries: (end: (entries: FileSystemEntry[]) => void) => end([]) });
  const entry = { isFile: false, isDirectory: true, name, createReader };
  return { ...file(name), webkitGetAsEntry: () => entry as unknown as FileSystemEntry };
}

describe("droppedFiles", () => {
  it("tells files and folders apart that were dropped together", async () => {
    const { files, folders } = await droppedFiles({
      items: [file("a.txt"), folder("photos"), file("b.txt")],
    });
    expect(files.map((picked) => picked.file.name)).toEqual(["a.txt", "b.txt"]);
    expect(folders).toEqual([{ name: "photos", files: [], unreadable: [] }]);
  });

  it("takes a file that has no entry, as one made by a script", async () => {
    const { files } = await droppedFiles({ items: [{ ...file("a.txt"), webkitGetAsEntry: () => null }] });
    expect(files).toHaveLength(1);
  });

  it("takes files and folders all the same when their handles are refused", async () => {
    const getAsFileSystemHandle = () => Promise.reject(new Error("No."));
    const items = [file("a.txt"), folder("photos")].map((item) => ({ ...item, getAsFileSystemHandle }));
    const { files, folders } = await droppedFiles({ items });
    expect([files.length, folders.length]).toEqual([1, 1]);
  });

  it("leaves out dragged text", async () => {
    const text = { kind: "string", getAsFile: () => null, webkitGetAsEntry: () => null };
    expect(await droppedFiles({ items: [text] })).toEqual({ files: [], folders: [] });
  });
});
