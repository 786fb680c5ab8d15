import { join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { createPathFilter } from "./create-path-filter.ts";
import { findDownloads } from "./find-downloads.ts";

const base = "files/u1/id/";

function find(paths: string[], options: { output?: string; exclude?: string[]; sizeBytes?: number } = {}) {
  const { output = "out", exclude = [], sizeBytes = 1 } = options;
  const objects = paths.map((path) => ({
    key: base + path,
    fileName: path,
    sizeBytes,
    eTag: "",
    lastModified: "2026-01-01T00:00:00.000Z",
  }));
  return findDownloads(objects, { base, output, filter: createPathFilter({ include: [], exclude }) });
}

describe("findDownloads", () => {
  it.each(["out", ".", "..", "/tmp/out/", "./a/../b"])(
    "places files of one name apart below %s",
    (output) => {
      const { downloads, refusals } = find(["a.txt", "b/a.txt", "..hidden/...", "%2e%2e/ x"], { output });
      expect(refusals).toEqual([]);
      expect(downloads.map(({ file }) => file)).toEqual([
        join(output, "a.txt"),
        join(output, `b${sep}a.txt`),
        join(output, "..hidden", "..."),
        join(output, "%2e%2e", " x"),
      ]);
    },
  );

  it.each(["../x", "a/../../x", "a/./x", "/etc/passwd", "a//x", "a/", "", "..", "a\0b"])(
    "refuses %j, and that alone",
    (path) => {
      const { downloads, refusals } = find([path, "kept.txt"]);
      expect(downloads.map((found) => found.path)).toEqual(["kept.txt"]);
      expect(refusals).toMatchObject([{ about: { key: base + path }, error: { code: "LOCAL_FILE" } }]);
    },
  );

  it("refuses a file where another one needs a folder", () => {
    const { downloads, refusals } = find(["a", "a/b", "c"]);
    expect(downloads.map(({ path }) => path)).toEqual(["a", "c"]);
    expect(refusals).toMatchObject([
      { error: { message: expect.stringContaining('"a" is a file already') as string } },
    ]);
  });

  it("passes over empty objects that show a folder, and what is excluded", () => {
    expect(find(["a/"], { sizeBytes: 0 })).toEqual({ downloads: [], refusals: [] });
    expect(find(["a/x.txt", "b"], { exclude: ["a"] }).downloads).toMatchObject([{ path: "b" }]);
  });
});
