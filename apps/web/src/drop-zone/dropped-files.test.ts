import { describe, expect, it } from "vitest";
import { droppedFiles } from "./dropped-files.ts";

const file = (name: string) => ({
  kind: "file",
  getAsFile: () => new File(["x"], name),
  webkitGetAsEntry: () => ({ isDirectory: false, name }),
});
const folder = (name: string) => ({ ...file(name), webkitGetAsEntry: () => ({ isDirectory: true, name }) });

describe("droppedFiles", () => {
  it("keeps the files that were dropped together with folders", async () => {
    const { files, folderNames } = await droppedFiles({
      items: [file("a.txt"), folder("photos"), file("b.txt")],
    });
    expect(files.map((picked) => picked.file.name)).toEqual(["a.txt", "b.txt"]);
    expect(folderNames).toEqual(["photos"]);
  });

  it("takes a file that has no entry, as one made by a script", async () => {
    const { files } = await droppedFiles({ items: [{ ...file("a.txt"), webkitGetAsEntry: () => null }] });
    expect(files).toHaveLength(1);
  });

  it("takes a file all the same when its handle is refused", async () => {
    const refused = { ...file("a.txt"), getAsFileSystemHandle: () => Promise.reject(new Error("No.")) };
    const { files } = await droppedFiles({ items: [refused] });
    expect(files.map((picked) => picked.file.name)).toEqual(["a.txt"]);
  });

  it("leaves out dragged text", async () => {
    const text = { kind: "string", getAsFile: () => null, webkitGetAsEntry: () => null };
    expect(await droppedFiles({ items: [text] })).toEqual({ files: [], folderNames: [] });
  });
});
