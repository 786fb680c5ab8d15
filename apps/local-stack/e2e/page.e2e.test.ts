import { createHash, randomFillSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright";
import { beforeEach, describe, expect, it } from "vitest";
import { drivePage, MiB } from "./page-driver.ts";
import { useStack } from "./use-stack.ts";

const used = useStack();
let page: Page;
beforeEach(async () => {
  page = await used.openPage();
  return () => page.close();
});

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function pick(...files: { name: string; bytes: Uint8Array }[]): Promise<void> {
  const paths = await Promise.all(
    files.map(async ({ name, bytes }) => {
      const path = join(used.folder, name);
      await writeFile(path, bytes);
      return path;
    }),
  );
  await page.getByTestId("file-input").setInputFiles(paths);
}

const row = (name: string) => drivePage(page).row(name);
const storedRow = (name: string) => drivePage(page).storedRow(name);

async function downloaded(name: string): Promise<{ bytes: Buffer; suggestedName: string }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: `Download ${name}` }).click(),
  ]);
  return { bytes: await readFile(await download.path()), suggestedName: download.suggestedFilename() };
}

describe("the page, in Chromium", () => {
  it("uploads 64 MiB in parts and gives back the same bytes under the same name", async () => {
    const bytes = randomFillSync(Buffer.alloc(64 * MiB));
    const parts: string[] = [];
    page.on("request", (request) => {
      const part = new URL(request.url()).searchParams.get("partNumber");
      if (request.method() === "PUT" && part !== null) parts.push(part);
    });
    await pick({ name: "64 MiB 파일.bin", bytes });
    await row("64 MiB 파일.bin").and(page.locator('[data-state="stored"]')).waitFor({ timeout: 60_000 });
    expect(parts.toSorted()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    const { bytes: back, suggestedName } = await downloaded("64 MiB 파일.bin");
    expect(digest(back)).toBe(digest(bytes));
    expect(suggestedName).toBe("64 MiB 파일.bin");
  });

  it("uploads several small files at once, an empty one too, and deletes one when asked to", async () => {
    await pick(
      { name: "empty.txt", bytes: new Uint8Array() },
      { name: "<b>bold</b> & co.txt".replaceAll("/", "_"), bytes: Buffer.from("html") },
      { name: "gone.txt", bytes: Buffer.from("gone") },
    );
    for (const name of ["empty.txt", "<b>bold<_b> & co.txt", "gone.txt"]) await storedRow(name).waitFor();
    expect((await downloaded("empty.txt")).bytes).toHaveLength(0);
    await page.getByRole("button", { name: "Delete gone.txt" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await storedRow("gone.txt").waitFor({ state: "detached" });
    await page.reload();
    await storedRow("empty.txt").waitFor();
    expect(await storedRow("gone.txt").count()).toBe(0);
  });

  it("computes checksums itself where its worker does not come", async () => {
    await page.route(/checksum-worker/, (route) => route.abort());
    const bytes = randomFillSync(Buffer.alloc(20 * MiB));
    await pick({ name: "workerless.bin", bytes });
    await storedRow("workerless.bin").waitFor({ timeout: 60_000 });
    expect(digest((await downloaded("workerless.bin")).bytes)).toBe(digest(bytes));
  });

  it("cancels an upload, and leaves nothing open in the store", async () => {
    // Slow enough to be cancelled in the middle.
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 4 * MiB,
    });
    await pick({ name: "cancelled.bin", bytes: randomFillSync(Buffer.alloc(40 * MiB)) });
    await row("cancelled.bin").and(page.locator('[data-state="running"]')).waitFor();
    await page.waitForRequest((request) => request.url().includes("partNumber"));
    await page.getByRole("button", { name: "Cancel cancelled.bin" }).click();
    await row("cancelled.bin").and(page.locator('[data-state="cancelled"]')).waitFor();
    await expect
      .poll(async () => (await used.stack.waybill("uploads", "--json")).stdout, { timeout: 20_000 })
      .toBe("");
    expect(await storedRow("cancelled.bin").count()).toBe(0);
  });
});
