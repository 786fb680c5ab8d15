import { describe, expect, it } from "vitest";
import type { FoundFolder } from "./found-folder.ts";
import { placeFolders } from "./place-folders.ts";

const folder = (name: string, paths: string[], unreadable: string[] = []): FoundFolder => ({
  name,
  files: paths.map((path) => ({ path, file: new File(["x"], path.split("/").at(-1) ?? "") })),
  unreadable,
});
/** Without the marks that keep a name's direction to itself. */
const plain = (text: string | undefined) => text?.replace(/[\u2068\u2069]/g, "");

describe("placeFolders", () => {
  it("gives the files of one folder one id, and those of another one another", () => {
    const { files, notice } = placeFolders([folder("a", ["x", "sub/x"]), folder("b", ["x"])]);
    expect(notice).toBeUndefined();
    expect(files.map((picked) => picked.folder?.path)).toEqual(["x", "sub/x", "x"]);
    const [first, second, third] = files.map((picked) => picked.folder?.id);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it.each([
    [folder("empty", []), "“empty” has no files in it."],
    [folder("a", ["x"], ["sub/y"]), "“sub/y” cannot be read, and was left out."],
    [folder("a", ["x"], ["y", "z"]), "2 items in “a” cannot be read, and were left out."],
    [folder("a", ["x", " x"]), '“ x” was left out: another file is "x" already.'],
    [folder("a", ["x", " x", "x "]), "2 files in “a” were left out, since others have their places."],
  ])("says what does not become an upload", (found, sentence) => {
    expect(plain(placeFolders([found]).notice)).toBe(sentence);
  });
});
