import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Page } from "playwright";
import { beforeEach, describe, expect, it } from "vitest";
import { drivePage, limitUploads, logIn, MiB, watchParts, writeRandomFile } from "./page-driver.ts";
import { useStack } from "./use-stack.ts";

const used = useStack();
let page: Page;

beforeEach(async () => {
  const context = await used.browser.newContext();
  page = await context.newPage();
  await page.goto(used.stack.webUrl);
  await logIn(page);
  return () => context.close();
});

type Tree = Record<string, string>;

const TREE: Tree = {
  ".hidden": "hidden",
  "2024/report.txt": "of 2024",
  "2025/report.txt": "of 2025",
  "2025/summer/report.txt": "of the summer",
  "a+b & {c}.txt": "signs",
  "empty.txt": "",
  "report.txt": "of all",
  "한국어/📷.txt": "unicode",
};
/** More than a browser lists of a folder at a time. */
const MANY: Tree = Object.fromEntries(
  Array.from({ length: 130 }, (_, index) => [`${index}.txt`, `${index}`]),
);

async function plant(name: string, tree: Tree): Promise<string> {
  const root = join(used.folder, name);
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

async function harvest(root: string): Promise<Tree> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = files.map(
    async (file) => [file.slice(root.length + 1), await readFile(file, "utf8")] as const,
  );
  return Object.fromEntries(await Promise.all(pairs));
}

/** As from a window of files beside the browser's. */
async function drop(...paths: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, x: 200, y: 200, data });
}

async function keys(): Promise<string[]> {
  const { stdout } = await used.stack.waybill("ls", "--json");
  return stdout
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { key: string }).key]));
}

/** What is stored beyond what was, once there is so much of it: as `get --recursive` brings it back. */
async function arrived(before: readonly string[], count: number, name: string): Promise<Tree> {
  await expect.poll(async () => (await keys()).length, { timeout: 60_000 }).toBe(before.length + count);
  const [first = ""] = (await keys()).filter((key) => !before.includes(key));
  const back = join(used.folder, `${name}.back`);
  await used.stack.waybill("get", "--recursive", first.split("/").slice(0, 3).join("/"), "-o", back);
  return harvest(back);
}

describe("a folder", () => {
  it("is dropped, and its files keep their places", async () => {
    const root = await plant("dropped", TREE);
    const before = await keys();
    await drop(root);
    expect(await arrived(before, Object.keys(TREE).length, "dropped")).toEqual(TREE);
    await drivePage(page).rowIn("2025/summer/report.txt", "stored").waitFor();
  });

  it("may hold more files than a browser lists at a time, and come with files and other folders", async () => {
    const [many, other, alone] = [
      await plant("many", MANY),
      await plant("other", { a: "a" }),
      join(used.folder, "alone"),
    ];
    await writeFile(alone, "alone");
    const before = await keys();
    await drop(many, other, alone);
    await expect.poll(async () => (await keys()).length, { timeout: 60_000 }).toBe(before.length + 132);
    const added = (await keys()).filter((key) => !before.includes(key));
    const ids = Map.groupBy(added, (key) => key.split("/").slice(0, 3).join("/"));
    expect([...ids.values()].map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([1, 1, 130]);
  });

  it("is chosen, and its files keep their places", async () => {
    const root = await plant("chosen", TREE);
    const before = await keys();
    await page.getByTestId("folder-input").setInputFiles(root);
    expect(await arrived(before, Object.keys(TREE).length, "chosen")).toEqual(TREE);
  });

  it("is said to be empty where it is", async () => {
    const root = join(used.folder, "nothing");
    await mkdir(root);
    await drop(root);
    await page.getByRole("alert").getByText("has no files in it").waitFor();
    expect(await page.getByTestId("upload-row").count()).toBe(0);
  });

  it("has large files go on at their places after a reload", { timeout: 120_000 }, async () => {
    const root = await plant("large", { "sub/note.txt": "small" });
    const path = join(root, "sub", "large.bin");
    await writeRandomFile(path, 48 * MiB);
    const before = await keys();
    const { rowIn, unfinishedRow, pickAgain } = drivePage(page);
    const parts = watchParts(page);
    await limitUploads(page, 8 * MiB);
    await drop(root);
    await parts.untilArrived(2);
    await page.reload();
    await limitUploads(page, -1);
    await unfinishedRow("large.bin").waitFor();
    await pickAgain(path);
    await rowIn("sub/large.bin", "stored").waitFor();
    const added = (await keys()).filter((key) => !before.includes(key));
    const places = added.map((key) => key.split("/").slice(2));
    expect(places.map(([, ...place]) => place.join("/")).toSorted()).toEqual([
      "sub/large.bin",
      "sub/note.txt",
    ]);
    expect(new Set(places.map(([id]) => id)).size).toBe(1);
    expect((await used.stack.waybill("uploads", "--json")).stdout).toBe("");
  });
});
