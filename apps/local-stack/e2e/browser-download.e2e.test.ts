import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page, Request } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundleClient, serveClient } from "./client-in-page.ts";
import { launchChromium } from "./launch-chromium.ts";
import { digestOfFile, drivePage, MiB, writeRandomFile } from "./page-driver.ts";
import { startStack, type Stack } from "./start-stack.ts";

const SIZE_BYTES = Number(process.env["RELOAD_MIB"] ?? 24) * MiB + 1;
const RANGE_BYTES = MiB;
const RANGE_COUNT = Math.ceil(SIZE_BYTES / RANGE_BYTES);
const LANES = 4;
const TIMEOUT_MS = 120_000 + (SIZE_BYTES / MiB) * 1000;

let stack: Stack;
let browser: Browser;
let files: Map<string, string>;
let folder: string;
let key: string;
let digest: string;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [stack, browser, files, folder] = await Promise.all([
    startStack(),
    launchChromium(),
    bundleClient(),
    mkdtemp(join(tmpdir(), "waybill-download-")),
  ]);
  const path = join(folder, "source.bin");
  await writeRandomFile(path, SIZE_BYTES);
  digest = await digestOfFile(path);
  key = (await stack.waybill("put", path)).stdout.trim();
}, TIMEOUT_MS);
afterAll(async () => {
  await browser.close();
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  drivePage(page);
  await openPage();
  return () => context.close();
});

async function openPage(): Promise<void> {
  await page.goto(stack.webUrl);
  await serveClient(page, files);
}

interface Outcome {
  verified: boolean | undefined;
  code: string | undefined;
}

/** Bring the object into a file of the page's own. */
function download(within = page, route: "auto" | "credentials" = "auto"): Promise<Outcome> {
  return within.evaluate(
    async ({ url, token, key: wanted, ...options }) => {
      const client = waybill.createWaybillClient({ url, token });
      const root = await navigator.storage.getDirectory();
      const handle = await root.getFileHandle("copy.bin", { create: true });
      return client.downloadToFile(wanted, handle, options).then(
        ({ verified }) => ({ verified, code: undefined }),
        (error: unknown) => ({
          verified: undefined,
          code: error instanceof Error && "code" in error ? String(error.code) : String(error),
        }),
      );
    },
    { url: stack.apiUrl, token: stack.token, key, rangeSizeBytes: RANGE_BYTES, route },
  );
}

/** Save the page's file as a user would, and look at it from outside. */
async function digestOfCopy(): Promise<string> {
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await (await root.getFileHandle("copy.bin")).getFile());
      link.download = "copy.bin";
      link.click();
    }),
  ]);
  return digestOfFile(await saved.path());
}

const sizeOfCopy = () =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    return (await (await root.getFileHandle("copy.bin")).getFile()).size;
  });

/** Headers that let the page read an answer that is made up here. */
const READABLE = { "access-control-allow-origin": "*" };
const isRange = (request: Request) => request.method() === "GET" && rangeOf(request) !== undefined;
const rangeOf = (request: Request) => request.headers()["range"];

describe("a download into a file of the browser", { timeout: TIMEOUT_MS }, () => {
  it("is the same bytes, whatever happens to its requests", async () => {
    let count = 0;
    await page.route(isStore, async (route) => {
      if (!isRange(route.request())) return route.continue();
      count += 1;
      if (count % 7 === 2) return route.fulfill({ status: 503, headers: READABLE, body: "<Error/>" });
      if (count % 7 === 4) return route.abort("connectionreset");
      if (count % 7 !== 6) return route.continue();
      const response = await route.fetch();
      const body = await response.body();
      const { "content-length": _, ...headers } = response.headers();
      return route.fulfill({ status: 206, headers, body: body.subarray(0, Math.ceil(body.length / 2)) });
    });
    expect(await download()).toEqual({ verified: true, code: undefined });
    expect(await digestOfCopy()).toBe(digest);
  });

  it("goes on after a reload with what had come", async () => {
    const asked: (string | undefined)[] = [];
    const finished: (string | undefined)[] = [];
    page.on("request", (request) => {
      if (isRange(request)) asked.push(rangeOf(request));
    });
    const third = Promise.withResolvers<void>();
    page.on("requestfinished", (request) => {
      if (!isRange(request)) return;
      if (finished.push(rangeOf(request)) === Math.ceil(RANGE_COUNT / 3)) third.resolve();
    });
    await limitDownloads(SIZE_BYTES / 2);
    void download().catch(() => {}); // ends with the page
    await third.promise;
    await page.reload();
    const before = [...finished];
    asked.length = 0;
    await limitDownloads(-1);
    await serveClient(page, files);
    expect(await download()).toEqual({ verified: true, code: undefined });
    expect(before.filter((range) => asked.includes(range)).length).toBeLessThanOrEqual(LANES);
    expect(await digestOfCopy()).toBe(digest);
  });

  it("pauses, and goes on", async () => {
    await limitDownloads(SIZE_BYTES / 2);
    const phases = await page.evaluate(
      async ({ url, token, key: wanted, rangeSizeBytes }) => {
        const client = waybill.createWaybillClient({ url, token });
        const root = await navigator.storage.getDirectory();
        const handle = await root.getFileHandle("copy.bin", { create: true });
        const transfer = client.startDownloadToFile(wanted, handle, { rangeSizeBytes });
        const seen: string[] = [];
        transfer.subscribe((event) => {
          if (event.type === "state") seen.push(event.state.phase);
          if (event.type !== "progress" || seen.includes("paused")) return;
          if (event.progress.transferredBytes < event.progress.totalBytes / 3) return;
          transfer.pause();
          setTimeout(() => transfer.resume());
        });
        await transfer.result;
        return seen;
      },
      { url: stack.apiUrl, token: stack.token, key, rangeSizeBytes: RANGE_BYTES },
    );
    expect(phases).toEqual(["moving", "paused", "preparing", "moving", "finishing", "done"]);
    expect(await digestOfCopy()).toBe(digest);
  });

  /** Turn a bit over on the way, of so many answers. */
  async function spoil(count: number): Promise<void> {
    let left = count;
    await page.route(isStore, async (route) => {
      if (left === 0 || !isRange(route.request())) return route.continue();
      left -= 1;
      const response = await route.fetch();
      const body = await response.body();
      body[5] = 255 - (body[5] ?? 0);
      return route.fulfill({ response, body });
    });
  }

  it("finds what was turned over on the way, and brings that again", async () => {
    await spoil(1);
    expect(await download()).toEqual({ verified: true, code: undefined });
    expect(await digestOfCopy()).toBe(digest);
  });

  it("leaves nothing when bits are turned over again and again", async () => {
    await spoil(Infinity);
    expect(await download()).toEqual({ verified: undefined, code: "CHECKSUM_MISMATCH" });
    expect(await sizeOfCopy()).toBe(0);
  });

  it("asks a second time for the last range when it does not come", async () => {
    const asked: (string | undefined)[] = [];
    await page.route(isStore, async (route) => {
      const range = rangeOf(route.request());
      // One is never answered: only after half a minute would it be noticed that it stands still.
      const isLost = range !== undefined && asked.push(range) === RANGE_COUNT - 2;
      if (!isLost) await route.continue();
    });
    const startedAt = performance.now();
    expect(await download()).toEqual({ verified: true, code: undefined });
    expect(performance.now() - startedAt).toBeLessThan(25_000);
    expect(asked.filter((range) => range === asked[RANGE_COUNT - 3])).toHaveLength(2);
    expect(await digestOfCopy()).toBe(digest);
  });

  it("has its file to itself", async () => {
    await limitDownloads(SIZE_BYTES / 2);
    const started = page.waitForRequest(isRange);
    const first = download();
    await started;
    expect(await download()).toEqual({ verified: undefined, code: "LOCAL_FILE" });
    await limitDownloads(-1);
    expect(await first).toEqual({ verified: true, code: undefined });
    expect(await digestOfCopy()).toBe(digest);
  });

  it("comes with requests that the page signs itself, with temporary credentials", async () => {
    const signedBy: (string | null)[] = [];
    page.on("request", (request) => {
      if (isRange(request)) signedBy.push(new URL(request.url()).searchParams.get("X-Amz-Credential"));
    });
    expect(await download(page, "credentials")).toEqual({ verified: true, code: undefined });
    expect(await digestOfCopy()).toBe(digest);
    expect(signedBy).toHaveLength(RANGE_COUNT);
    expect(new Set(signedBy).size).toBe(1);
    const stream = await page.evaluate(
      async ({ url, token, key: wanted }) => {
        const client = waybill.createWaybillClient({ url, token });
        const opened = await client.download(wanted, { route: "credentials" });
        return (await new Response(opened.stream).arrayBuffer()).byteLength;
      },
      { url: stack.apiUrl, token: stack.token, key },
    );
    expect(stream).toBe(SIZE_BYTES);
  });

  it("needs no worker: as into a file that was chosen, the browser makes the file when all is there", async () => {
    await page.route(/file-worker/, (route) => route.abort());
    expect(await download()).toEqual({ verified: true, code: undefined });
    expect(await digestOfCopy()).toBe(digest);
  });
});

function isStore(url: URL): boolean {
  return url.origin !== stack.webUrl && url.origin !== stack.apiUrl;
}

async function limitDownloads(bytesPerSecond: number): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: -1,
  });
}
