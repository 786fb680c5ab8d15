import { describe, expect, it } from "vitest";
import { foldersOfInput, walkEntry } from "./found-folder.ts";

/** What is in a folder; a string is a file's content, and an error one that reading it ends with. */
interface Tree {
  [name: string]: string | Error | Tree;
}

const isFolder = (node: Tree[string] | undefined): node is Tree =>
  typeof node === "object" && !(node instanceof Error);

/** As browsers give it: entries two at a time, and everything by callbacks. */
function entryOf(name: string, node: Tree[string]): FileSystemEntry {
  if (!isFolder(node)) {
    const file = (end: (file: File) => void, fail: (error: Error) => void) =>
      node instanceof Error ? fail(node) : end(new File([node], name));
    return { isFile: true, isDirectory: false, name, file } as unknown as FileSystemEntry;
  }
  return {
    isFile: false,
    isDirectory: true,
    name,
    getDirectory(
      path: string,
      _: object,
      end: (entry: FileSystemEntry) => void,
      fail: (error: Error) => void,
    ) {
      let found: Tree[string] | undefined = node;
      for (const segment of path.split("/")) found = isFolder(found) ? found[segment] : undefined;
      if (found === undefined) fail(new Error("gone"));
      else end(entryOf(path.split("/").at(-1) ?? "", found));
    },
    createReader() {
      const left = Object.entries(node);
      return {
        readEntries(end: (entries: FileSystemEntry[]) => void, fail: (error: Error) => void) {
          if (name === "locked") fail(new Error("No."));
          else end(left.splice(0, 2).map(([child, below]) => entryOf(child, below)));
        },
      };
    },
  } as unknown as FileSystemEntry;
}

describe("walkEntry", () => {
  it("finds all files at their paths, and names what cannot be read", async () => {
    const tree = {
      "a.txt": "a",
      ".hidden": "h",
      sub: { "b.txt": "b", deeper: { "a.txt": "other" }, empty: {} },
      "gone.txt": new Error("gone"),
      locked: { "c.txt": "c" },
      last: { "z.txt": "z" },
    };
    const folder = await walkEntry(entryOf("photos", tree) as FileSystemDirectoryEntry);
    const contents = await Promise.all(
      folder.files.map(async ({ path, file }): Promise<[string, string]> => [path, await file.text()]),
    );
    expect(folder.name).toBe("photos");
    expect(Object.fromEntries(contents)).toEqual({
      "a.txt": "a",
      ".hidden": "h",
      "sub/b.txt": "b",
      "sub/deeper/a.txt": "other",
      "last/z.txt": "z",
    });
    expect(folder.unreadable.toSorted()).toEqual(["gone.txt", "locked"]);
  });
});

describe("foldersOfInput", () => {
  it("takes the folder's own name off the paths", () => {
    const file = (path: string) =>
      Object.defineProperty(new File(["x"], path.split("/").at(-1) ?? ""), "webkitRelativePath", {
        value: path,
      });
    const [folder, ...others] = foldersOfInput([file("photos/a.txt"), file("photos/sub/a.txt")]);
    expect(others).toEqual([]);
    expect(folder).toMatchObject({ name: "photos", files: [{ path: "a.txt" }, { path: "sub/a.txt" }] });
  });
});
