import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FolderPlace, safeFolderPath } from "./folder-place.ts";
import { placeInFolder } from "./place-in-folder.ts";

const placed = (...paths: string[]) => placeInFolder(paths.map((path) => ({ path })));

describe("placeInFolder", () => {
  it("keeps paths, and says why a file has no place", () => {
    const files = placed("b/c", " a ", "a", "b");
    expect(files.map(({ file, path }) => [file.path, path])).toEqual([
      ["b/c", "b/c"],
      ["a", "a"],
      ["b", "b"],
      [" a ", "a"],
    ]);
    expect(files.map(({ conflict }) => conflict !== undefined)).toEqual([false, false, true, true]);
  });

  it("never gives one place to two files, nor one that a folder needs", () => {
    const segment = fc.constantFrom("a", "b", "A", " a", "a\\b", "a_b", "é", "e\u0301", "..", "_..");
    const paths = fc.array(fc.array(segment, { minLength: 1, maxLength: 3 }).map((names) => names.join("/")));
    fc.assert(
      fc.property(paths, (all) => {
        const kept = placed(...all).filter(({ conflict }) => conflict === undefined);
        const taken = new Set(kept.map(({ path }) => path));
        expect(taken.size).toBe(kept.length);
        for (const { file, path } of kept) {
          expect(path).toBe(safeFolderPath(file.path));
          expect(FolderPlace.shape.path.safeParse(path).success).toBe(true);
          expect([...taken].some((other) => other.startsWith(`${path}/`))).toBe(false);
        }
      }),
    );
  });
});
