import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPathFilter } from "./create-path-filter.ts";
import { walkFolder } from "./walk-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-walk-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function files(...paths: string[]) {
  for (const path of paths) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
}

function walk(globs: { include?: string[]; exclude?: string[] } = {}) {
  const filter = createPathFilter({ include: [], exclude: [], ...globs });
  return walkFolder(folder, filter, new AbortController().signal);
}

describe("walkFolder", () => {
  it("finds all files, hidden ones too, with their places and sizes; empty folders hold none", async () => {
    await files("b/x.txt", "a.txt", ".git/HEAD", "b/c/é #%2F.txt");
    await mkdir(join(folder, "empty"));
    const found = await walk();
    expect(found).toMatchObject({ failures: [], skipped: [] });
    expect(found.files).toEqual(
      [".git/HEAD", "a.txt", "b/c/é #%2F.txt", "b/x.txt"].map((path) => ({
        path,
        file: join(folder, path),
        sizeBytes: Buffer.byteLength(path),
      })),
    );
  });

  it("follows links to files and folders, but not in a circle", async () => {
    await files("a/x.txt", "b/y.txt");
    await symlink("../a/x.txt", join(folder, "b/link.txt"));
    await symlink("../a", join(folder, "b/a"));
    await symlink("..", join(folder, "a/up"));
    const found = await walk();
    expect(found.files.map(({ path }) => path)).toEqual(["a/x.txt", "b/a/x.txt", "b/link.txt", "b/y.txt"]);
    expect(found.skipped.map(({ file }) => file)).toEqual([join(folder, "a/up"), join(folder, "b/a/up")]);
    expect(found.failures).toEqual([]);
  });

  it("names what cannot be read, and goes on", async () => {
    await files("a.txt", "z.txt");
    await symlink("nowhere", join(folder, "dangling"));
    const { files: found, failures } = await walk();
    expect(found).toHaveLength(2);
    expect(failures).toEqual([
      { file: join(folder, "dangling"), error: expect.objectContaining({ code: "LOCAL_FILE" }) as unknown },
    ]);
    expect(await walk({ include: ["*.txt"] })).toMatchObject({ failures: [] });
  });

  it("passes over what is no file", async () => {
    await files("a.txt");
    const server = createServer().listen(join(folder, "socket"));
    await once(server, "listening");
    expect(await walk()).toMatchObject({
      files: [{ path: "a.txt" }],
      skipped: [{ file: join(folder, "socket"), reason: "is not a regular file" }],
      failures: [],
    });
    expect(await walk({ exclude: ["socket"] })).toMatchObject({ skipped: [] });
    await once(server.close(), "close");
  });

  it("takes what is included and not excluded", async () => {
    await files("a.jpg", "b/c.jpg", "b/c.txt", "cache/d.jpg");
    const { files: found } = await walk({ include: ["*.jpg"], exclude: ["cache/"] });
    expect(found.map(({ path }) => path)).toEqual(["a.jpg", "b/c.jpg"]);
  });
});
