import { mkdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright";
import { beforeEach, describe, expect, it } from "vitest";
import { launchChromiumIn } from "./launch-chromium.ts";
import {
  digestOfFile,
  drivePage,
  limitUploads,
  logIn,
  MiB,
  watchParts,
  writeRandomFile,
} from "./page-driver.ts";
import { runningProcesses } from "./start-stack.ts";
import { useStack } from "./use-stack.ts";

const SIZE_BYTES = Number(process.env["RELOAD_MIB"] ?? 48) * MiB;
const PART_COUNT = SIZE_BYTES / (8 * MiB);
const SOME_PARTS = Math.ceil(PART_COUNT / 3);
/** So that a third takes a few seconds. */
const BYTES_PER_SECOND = Math.max(8 * MiB, SIZE_BYTES / 6);
const TIMEOUT_MS = 120_000 + (SIZE_BYTES / MiB) * 1000;

const used = useStack();
let context: BrowserContext;

beforeEach(async () => {
  context = await used.browser.newContext();
  return () => context.close();
});

async function openPage(within = context): Promise<Page> {
  const page = await within.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(used.stack.webUrl);
  await logIn(page);
  return page;
}

async function newFile(name: string): Promise<string> {
  const path = join(used.folder, name);
  await writeRandomFile(path, SIZE_BYTES);
  return path;
}

/** Hold what the store has under this name against the file. */
async function expectStored(name: string, path: string): Promise<void> {
  const { stdout } = await used.stack.waybill("ls", "--json");
  const listed = stdout.split("\n").flatMap((line) => {
    if (line === "") return [];
    const { key, fileName } = JSON.parse(line) as { key: string; fileName: string };
    return fileName === name ? [key] : [];
  });
  expect(listed).toHaveLength(1);
  const copy = join(used.folder, `${name}.copy`);
  await used.stack.waybill("get", listed[0] ?? "", "-o", copy);
  expect(await digestOfFile(copy)).toBe(await digestOfFile(path));
}

const openUploads = async () => (await used.stack.waybill("uploads", "--json")).stdout;

/** Parts that were sent twice although the store had acknowledged them. */
function sentAgain(arrived: readonly number[], sentLater: readonly number[]): number[] {
  return sentLater.filter((partNumber) => arrived.includes(partNumber));
}

describe("an upload in Chromium", () => {
  it("is paused, and goes on with what is missing", { timeout: TIMEOUT_MS }, async () => {
    const page = await openPage();
    const { button, rowIn, pick } = drivePage(page);
    const path = await newFile("paused.bin");
    const parts = watchParts(page);
    await limitUploads(page, BYTES_PER_SECOND);
    await pick(path);
    await parts.untilArrived(SOME_PARTS);
    await button("Pause paused.bin").click();
    await rowIn("paused.bin", "paused").waitFor();
    const [arrived, sentBefore] = [[...parts.arrived], parts.sent.length];
    await limitUploads(page, -1);
    await button("Resume paused.bin").click();
    await rowIn("paused.bin", "stored").waitFor();
    expect(sentAgain(arrived, parts.sent.slice(sentBefore))).toEqual([]);
    await expectStored("paused.bin", path);
  });

  it("goes on after a reload with the file chosen again", { timeout: TIMEOUT_MS }, async () => {
    const page = await openPage();
    const { rowIn, unfinishedRow, pick, pickAgain } = drivePage(page);
    const path = await newFile("reloaded.bin");
    const parts = watchParts(page);
    await limitUploads(page, BYTES_PER_SECOND);
    await pick(path);
    await parts.untilArrived(SOME_PARTS);
    await page.reload();
    const [arrived, sentBefore] = [[...parts.arrived], parts.sent.length];
    await limitUploads(page, -1);
    await unfinishedRow("reloaded.bin").waitFor();
    await pickAgain(path);
    await rowIn("reloaded.bin", "stored").waitFor();
    expect(await unfinishedRow("reloaded.bin").count()).toBe(0);
    expect(arrived.length).toBeGreaterThanOrEqual(SOME_PARTS);
    expect(sentAgain(arrived, parts.sent.slice(sentBefore))).toEqual([]);
    await expectStored("reloaded.bin", path);
    expect(await openUploads()).toBe("");
  });

  it(
    "goes on after a reload also when it was cancelled and tried again",
    { timeout: TIMEOUT_MS },
    async () => {
      const page = await openPage();
      const { button, rowIn, unfinishedRow, pick, pickAgain } = drivePage(page);
      const path = await newFile("retried.bin");
      const parts = watchParts(page);
      await limitUploads(page, BYTES_PER_SECOND);
      await pick(path);
      await parts.untilArrived(1);
      // Whoever is quick tries again before the store has thrown away what has arrived.
      const retried = Promise.withResolvers<void>();
      await page.route(/uploads\.abort/, async (route) => {
        await retried.promise;
        await route.continue();
      });
      await button("Cancel retried.bin").click();
      await button("Retry retried.bin").click();
      await rowIn("retried.bin", "running").waitFor();
      retried.resolve();
      await parts.untilArrived(parts.arrived.length + 2); // how large they are now depends on how fast the line was
      await page.reload();
      await limitUploads(page, -1);
      await unfinishedRow("retried.bin").waitFor();
      await pickAgain(path);
      await rowIn("retried.bin", "stored").waitFor();
      await expectStored("retried.bin", path);
      expect(await openUploads()).toBe("");
    },
  );

  it(
    "refuses another file in its place, and is given up when asked to",
    { timeout: TIMEOUT_MS },
    async () => {
      const page = await openPage();
      const { button, unfinishedRow, pick, pickAgain } = drivePage(page);
      const path = await newFile("changed.bin");
      const parts = watchParts(page);
      await limitUploads(page, BYTES_PER_SECOND);
      await pick(path);
      await parts.untilArrived(1);
      await page.reload();
      await unfinishedRow("changed.bin").waitFor();
      await writeRandomFile(path, SIZE_BYTES);
      await utimes(path, new Date(), new Date(Date.now() + 5000));
      const sentBefore = parts.sent.length;
      await pickAgain(path);
      await unfinishedRow("changed.bin").getByText("It was changed since").waitFor();
      await pickAgain(await newFile("another.bin"));
      await unfinishedRow("changed.bin").getByText("another file").waitFor();
      expect(parts.sent.slice(sentBefore)).toEqual([]);
      await button("Give up changed.bin").click();
      await unfinishedRow("changed.bin").waitFor({ state: "detached" });
      await expect.poll(openUploads, { timeout: 20_000 }).toBe("");
    },
  );

  it("says that its file was changed under it", { timeout: TIMEOUT_MS }, async () => {
    const page = await openPage();
    const { rowIn, pick, storedRow } = drivePage(page);
    const path = await newFile("overwritten.bin");
    const parts = watchParts(page);
    await limitUploads(page, BYTES_PER_SECOND);
    await pick(path);
    await parts.untilArrived(1);
    await writeRandomFile(path, SIZE_BYTES);
    await utimes(path, new Date(), new Date(Date.now() + 5000));
    await rowIn("overwritten.bin", "failed").getByText("The file can no longer be read.").waitFor();
    expect(await storedRow("overwritten.bin").count()).toBe(0);
    await expect.poll(openUploads, { timeout: 20_000 }).toBe("");
  });

  it("belongs to one tab, and to another when that is closed", { timeout: TIMEOUT_MS }, async () => {
    const first = await openPage();
    const path = await newFile("shared.bin");
    const parts = watchParts(first);
    await limitUploads(first, BYTES_PER_SECOND);
    await drivePage(first).pick(path);
    await parts.untilArrived(SOME_PARTS);
    const second = await openPage();
    const { rowIn, storedRow, unfinishedRow, pickAgain } = drivePage(second);
    await storedRow("paused.bin").waitFor(); // by then it would have been listed
    expect(await unfinishedRow("shared.bin").count()).toBe(0);
    await first.close();
    await second.reload();
    await unfinishedRow("shared.bin").waitFor();
    const arrived = [...parts.arrived];
    const later = watchParts(second);
    await pickAgain(path);
    await rowIn("shared.bin", "stored").waitFor();
    expect(sentAgain(arrived, later.sent)).toEqual([]);
    await expectStored("shared.bin", path);
  });

  it(
    "goes on after the browser was killed, with the handle that was kept",
    { timeout: TIMEOUT_MS },
    async () => {
      const profile = join(used.folder, "profile");
      await mkdir(profile);
      const path = await newFile("killed.bin");
      const killed = await launchChromiumIn(profile);
      const page = await openPage(killed);
      await keepInBrowser(page, path);
      const parts = watchParts(page);
      await limitUploads(page, BYTES_PER_SECOND);
      await page.locator("label").filter({ hasText: "Choose files" }).click();
      await parts.untilArrived(SOME_PARTS);
      const closed = killed.waitForEvent("close");
      await killBrowser(profile);
      await closed;
      const arrived = [...parts.arrived];

      const again = await launchChromiumIn(profile);
      try {
        const later = await openPage(again);
        const { button, rowIn } = drivePage(later);
        const laterParts = watchParts(later);
        await button("Resume killed.bin").click();
        await rowIn("killed.bin", "stored").waitFor();
        expect(sentAgain(arrived, laterParts.sent)).toEqual([]);
        await expectStored("killed.bin", path);
        expect(await openUploads()).toBe("");
      } finally {
        await again.close();
      }
    },
  );
});

/** A picker that nobody can operate here is stood in for; what it gives is a real handle, which survives. */
async function keepInBrowser(page: Page, path: string): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement("input");
    input.type = "file";
    input.dataset["testid"] = "to-keep";
    document.body.append(input);
  });
  await page.getByTestId("to-keep").setInputFiles(path);
  await page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('[data-testid="to-keep"]');
    const file = input?.files?.[0];
    if (file === undefined) throw new Error("No file was set.");
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle(file.name, { create: true });
    await file.stream().pipeTo(await handle.createWritable());
    Object.assign(window, { showOpenFilePicker: async () => [handle] });
  });
}

async function killBrowser(profile: string): Promise<void> {
  const ours = (await runningProcesses()).filter(({ command }) => command.includes(profile));
  expect(ours).not.toEqual([]);
  for (const { pid } of ours) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone with the first of them.
    }
  }
}
