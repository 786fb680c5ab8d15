import { mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFileAtomically } from "./write-file-atomically.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-write-"));
});
afterEach(() => rm(folder, { recursive: true }));

const chunks = (...texts: string[]) => {
  return async (write: (chunk: Uint8Array) => Promise<void>) => {
    for (const text of texts) await write(Buffer.from(text));
    return texts.length;
  };
};

describe("writeFileAtomically", () => {
  it("writes all chunks and answers what their source did", async () => {
    const path = join(folder, "한".repeat(80)); // 240 bytes: hardly room for a longer neighbour
    expect(await writeFileAtomically(path, chunks("a".repeat(2 * 1024 ** 2), "b"))).toBe(2);
    expect(await readFile(path, "utf8")).toBe(`${"a".repeat(2 * 1024 ** 2)}b`);
  });

  it("leaves the file that was there, and nothing else, when the source fails", async () => {
    const path = join(folder, "kept");
    await writeFile(path, "old");
    const failing = writeFileAtomically(path, async (write) => {
      await write(Buffer.from("new"));
      throw new Error("broken");
    });
    await expect(failing).rejects.toThrow("broken");
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["kept"]);
  });

  it("writes through a link", async () => {
    await writeFile(join(folder, "real"), "old");
    await symlink("real", join(folder, "link"));
    await writeFileAtomically(join(folder, "link"), chunks("new"));
    expect(await readlink(join(folder, "link"))).toBe("real");
    expect(await readFile(join(folder, "real"), "utf8")).toBe("new");
  });

  it("never puts a file in the place of a device", async () => {
    await writeFileAtomically("/dev/null", chunks("gone"));
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });
});
