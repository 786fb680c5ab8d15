import type { Browser, BrowserContext, Page } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundleClient, serveClient } from "./client-in-page.ts";
import { launchChromium } from "./launch-chromium.ts";

const URL_OF_PAGE = "https://page.example/"; // never asked: the tests answer themselves

let browser: Browser;
let files: Map<string, string>;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [browser, files] = await Promise.all([launchChromium(), bundleClient()]);
});
afterAll(() => browser.close());
beforeEach(async () => {
  context = await browser.newContext();
  page = await openTab();
  return () => context.close();
});

async function openTab(): Promise<Page> {
  const tab = await context.newPage();
  await tab.route(URL_OF_PAGE, (route) =>
    route.fulfill({ body: "<!doctype html>", contentType: "text/html" }),
  );
  await tab.goto(URL_OF_PAGE);
  await serveClient(tab, files);
  return tab;
}

/** Hold the entry `a` until the tab goes, and note an upload there if none is noted; answers what was. */
const hold = (tab: Page) =>
  tab.evaluate(async () => {
    const entry = await waybill.createBrowserJournal().hold("a");
    if (entry === undefined) return "held by somebody else";
    if (entry.saved !== undefined) return entry.saved;
    const plan = { kind: "multipart", sizeBytes: 3, partSizeBytes: 2, partCount: 2 } as const;
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle("a.bin", { create: true });
    const source = { fileName: "a.bin", sizeBytes: 3, modifiedAtMs: 5, handle, slice: () => "is no data" };
    await entry.save({ version: 1, key: "k", uploadId: "u", plan, modifiedAtMs: 5 }, source);
    return "noted";
  });

const listed = (tab: Page) =>
  tab.evaluate(async () => {
    const uploads = await waybill.createBrowserJournal().list();
    return uploads.map(({ name, upload, source }) => [
      name,
      upload.key,
      source.fileName,
      source.handle?.name,
    ]);
  });

const forget = (tab: Page) =>
  tab.evaluate(async () => (await waybill.createBrowserJournal().forget("a"))?.uploadId);

describe("the browser's journal", () => {
  it("lets one tab hold an entry, and the next one when that is closed", async () => {
    const other = await openTab();
    expect(await hold(page)).toBe("noted");
    expect(await hold(other)).toBe("held by somebody else");
    expect(await listed(other)).toEqual([]);
    expect(await forget(other)).toBeUndefined();
    await page.close();
    await expect.poll(() => listed(other)).toEqual([["a", "k", "a.bin", "a.bin"]]);
    expect(await hold(other)).toMatchObject({ key: "k", uploadId: "u" });
  });

  it("keeps a handle that opens the file after a reload, and forgets when told to", async () => {
    await hold(page);
    await page.reload();
    await serveClient(page, files);
    await expect.poll(() => listed(page)).toEqual([["a", "k", "a.bin", "a.bin"]]);
    const size = await page.evaluate(async () => {
      const [unfinished] = await waybill.createBrowserJournal().list();
      return (await unfinished?.source.handle?.getFile())?.size;
    });
    expect(size).toBe(0);
    expect(await forget(page)).toBe("u");
    expect(await listed(page)).toEqual([]);
  });

  it.each([
    ["databases", "indexedDB"],
    ["locks", "locks"],
  ])("notes nothing, and hinders nobody, where a page has no %s", async (_, name) => {
    await page.evaluate((missing) => {
      if (missing === "locks") Reflect.deleteProperty(Navigator.prototype, "locks");
      else
        Object.defineProperty(globalThis, missing, {
          value: {
            open: () => {
              throw new DOMException("No.", "SecurityError");
            },
          },
        });
    }, name);
    expect(await hold(page)).toBe("held by somebody else");
    expect(await listed(page)).toEqual([]);
  });
});
