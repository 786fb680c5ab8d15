import { randomFillSync } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileNameOfKey } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, startStack, type Stack } from "./start-stack.ts";

const MiB = 1024 ** 2;
let stack: Stack;
let folder: string;

beforeAll(async () => {
  [stack, folder] = await Promise.all([startStack(), mkdtemp(join(tmpdir(), "waybill-folders-"))]);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Tree = Record<string, Buffer>;

const TREE: Tree = {
  ".hidden/.config": Buffer.from("hidden"),
  "#hash?/100%.txt": Buffer.from("hash"),
  "%2F/%2e%2e/a+b=c&d.txt": Buffer.from("percent"),
  "2024/report.txt": Buffer.from("of 2024"),
  "2025/report.txt": Buffer.from("of 2025"),
  "2025/summer/report.txt": Buffer.from("of the summer"),
  "big.bin": randomFillSync(Buffer.alloc(20 * MiB)),
  "empty.txt": Buffer.alloc(0),
  "report.txt": Buffer.from("of all"),
  "with space/'single' \"double\".txt": Buffer.from("quotes"),
  "한국어/📷 é.jpg": Buffer.from("unicode"),
};

async function plant(name: string, tree: Tree): Promise<string> {
  const root = join(folder, name);
  for (const [path, bytes] of Object.entries(tree)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
  return root;
}

async function harvest(root: string): Promise<Tree> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = files.map(async (file) => [file.slice(root.length + 1), await readFile(file)] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

interface Line {
  key: string;
  path: string;
  file: string;
  sizeBytes: number;
  skipped?: boolean;
}

const lines = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);

/** @returns the prefix that the files of the folder share */
async function putFolder(root: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await stack.waybill("put", "--recursive", root, ...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [prefix = "", ...others] = new Set(lines(stdout).map(({ key, path }) => key.slice(0, -path.length)));
  expect(others).toEqual([]);
  return prefix;
}

describe("waybill put and get --recursive", () => {
  it("bring a folder back, each file at its place with its bytes", async () => {
    const root = await plant("tree", TREE);
    await mkdir(join(root, "without files"));
    const put = await stack.waybill("put", "-r", root, "--json");
    expect(put).toMatchObject({ code: 0, stderr: "" });
    const stored = lines(put.stdout);
    expect(stored.map(({ path }) => path).toSorted()).toEqual(Object.keys(TREE).toSorted());
    for (const { key, path, file, sizeBytes } of stored) {
      expect(key.slice(0, -path.length)).toMatch(/^files\/alice\/[0-9a-f-]{36}\/$/);
      expect(key.endsWith(path)).toBe(true);
      expect(file).toBe(join(root, path));
      expect(sizeBytes).toBe(TREE[path]?.length);
    }
    const prefix = stored[0]?.key.slice(0, -(stored[0]?.path.length ?? 0)) ?? "";
    const back = join(folder, "tree back");
    const got = await stack.waybill("get", "-r", prefix, "-o", back);
    expect(got.stderr).toMatch(/^11 files, 20 MiB in [\d.]+ s\n$/);
    expect(got.stdout.trim().split("\n").toSorted()).toEqual(
      Object.keys(TREE)
        .map((path) => join(back, path))
        .toSorted(),
    );
    expect(await harvest(back)).toEqual(TREE);
  });

  it("go on where a download was broken off, and leave alone what differs unless they are forced", async () => {
    const prefix = await putFolder(
      await plant("again", { a: Buffer.from("aa"), "b/a": Buffer.from("ba"), c: Buffer.from("c") }),
    );
    const back = await plant("again back", { a: Buffer.from("aa"), "b/a": Buffer.from("XX") });
    const again = await stack.waybill("get", "-r", prefix.slice(0, -1), "-o", back, "--json");
    expect(again.code).toBe(1);
    expect(lines(again.stdout)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: "a", skipped: true }),
        expect.objectContaining({ path: "c", skipped: false }),
      ]),
    );
    const file = join(back, "b/a");
    const message = `${file} is there already and differs; --force replaces it.`;
    expect(lines(again.stderr)).toEqual([
      { error: { code: "LOCAL_FILE", message, key: `${prefix}b/a`, file } },
      { error: { code: "INCOMPLETE", message: `2 of 3 files in place. Failed: ${file}.` } },
    ]);
    expect((await readFile(file)).toString()).toBe("XX");
    const forced = await stack.waybill("get", "-r", prefix, "-o", back, "--force");
    expect(forced).toMatchObject({ code: 0, stdout: `${file}\n` });
    expect(forced.stderr).toContain("2 files were there already, with the same bytes.");
    expect((await readFile(file)).toString()).toBe("ba");
  });

  it("take what is included and not excluded", async () => {
    const root = await plant("globs", TREE);
    const prefix = await putFolder(root, "--include", "*.txt", "--include", "big.bin", "--exclude", "2024");
    const back = join(folder, "globs back");
    await stack.waybill(
      "get",
      "-r",
      prefix,
      "-o",
      back,
      "--exclude",
      "2025/*.txt",
      "--exclude",
      "/report.txt",
      "--exclude",
      "*.bin",
    );
    expect(Object.keys(await harvest(back)).toSorted()).toEqual([
      "#hash?/100%.txt",
      "%2F/%2e%2e/a+b=c&d.txt",
      "2025/summer/report.txt",
      "empty.txt",
      "with space/'single' \"double\".txt",
    ]);
  });

  it("do not stop at a file that fails", async () => {
    const root = await plant("failing", {
      "a.txt": Buffer.from("a"),
      "b\\c": Buffer.from("1"),
      b_c: Buffer.from("2"),
    });
    await symlink("nowhere", join(root, "0 dangling"));
    const { code, stdout, stderr } = await stack.waybill("put", "-r", root);
    expect(code).toBe(1);
    const names = stdout.trim().split("\n").map(fileNameOfKey);
    expect(names.toSorted()).toEqual(["a.txt", "b_c"]);
    expect(stderr).toContain(`${join(root, "0 dangling")} is a link to what does not exist.`);
    expect(stderr).toContain(
      `${join(root, "b\\c")} would be stored as "b_c", but another file is "b_c" already`,
    );
    expect(stderr).toContain("waybill: 2 of 4 files uploaded. Failed: ");
  });

  it("keep several folders apart, and print several files in the order they were named in", async () => {
    const [a, b] = [
      await plant("one", { "x.txt": Buffer.from("1") }),
      await plant("two", { "x.txt": Buffer.from("2") }),
    ];
    const both = lines((await stack.waybill("put", "-r", a, b, "--json")).stdout);
    expect(new Set(both.map(({ key }) => key)).size).toBe(2);
    const big = await plant("order", { "1.bin": Buffer.alloc(30 * MiB), "2.txt": Buffer.from("2") });
    const ordered = await stack.waybill("put", join(big, "1.bin"), join(big, "2.txt"), "--json");
    expect(lines(ordered.stdout).map(({ file }) => file)).toEqual([join(big, "1.bin"), join(big, "2.txt")]);
  });

  it("say what was done when they are interrupted, and leave no upload open", async () => {
    const count = 500;
    const many = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`${index % 20}/${index}.txt`, Buffer.from(String(index))]),
    );
    const root = await plant("many", many);
    const { code, stdout, stderr } = await runCli(["put", "-r", root], stack.env, { interrupt: true });
    expect(code).toBe(1);
    const done = Number(/Interrupted: (\d+) of 500 files uploaded/.exec(stderr)?.[1]);
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(count);
    expect(stdout.trim().split("\n")).toHaveLength(done);
    expect((await stack.waybill("uploads")).stdout).toBe("");
  });

  it("tell of a folder that it needs --recursive", async () => {
    const root = await plant("hint", { "a.txt": Buffer.from("a") });
    expect(await stack.waybill("put", root)).toMatchObject({
      code: 1,
      stderr: `waybill: ${root} is a directory; put --recursive (-r) uploads the files in it.\n`,
    });
    const prefix = await putFolder(root);
    const wanted = await stack.waybill("get", prefix, "-o", join(folder, "hint.txt"));
    expect(wanted).toMatchObject({ code: 1, stdout: "" });
    expect(wanted.stderr).toContain("get --recursive (-r) brings all that is below it.");
    expect((await stack.waybill("get", "-r", prefix.slice(0, -2))).stderr).toContain(
      "There is nothing below",
    );
  });
});
