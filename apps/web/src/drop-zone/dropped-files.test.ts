import { describe, expect, it } from "vitest";
import { droppedFiles } from "./dropped-files.ts";

const file = (name: string) => ({
  kind: "file",
  getAsFile: () => new File(["x"], name),
  webkitGetAsEntry: () => ({ isDirectory: false, name }),
});
const folder = (name: string) => ({ ...file(name), webkitGetAsEntry: () => ({ isDirectory: true, name }) });

describe("droppedFiles", () => {
  it("keeps the files that were dropped together with folders", () => {
    const { files, folderNames } = droppedFiles({ items: [file("a.txt"), folder("photos"), file("b.txt")] });
    expect(files.map(({ name }) => name)).toEqual(["a.txt", "b.txt"]);
    expect(folderNames).toEqual(["photos"]);
  });

  it("takes a file that has no entry, as one made by a script", () => {
    const { files } = droppedFiles({ items: [{ ...file("a.txt"), webkitGetAsEntry: () => null }] });
    expect(files).toHaveLength(1);
  });

  it("leaves out dragged text", () => {
    const text = { kind: "string", getAsFile: () => null, webkitGetAsEntry: () => null };
    expect(droppedFiles({ items: [text] })).toEqual({ files: [], folderNames: [] });
  });
});
