import { createHash } from "node:crypto";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browserCorsRules, createLocalAws, type LocalAws } from "@waybill/local-aws";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundleClient, serveClient } from "./client-in-page.ts";
import { launchChromium } from "./launch-chromium.ts";
import { digestOfFile, drivePage, MiB, watchParts, writeRandomFile, logIn } from "./page-driver.ts";
import { freePorts, startStack, type Stack } from "./start-stack.ts";

/* The whole stack with a store of somebody's own, which refuses additional checksums. */
const BUCKET = "other-store";
const SIZE_BYTES = 20 * MiB; // 8, 8 and 4 MiB
const PART_BYTES = 8 * MiB;
const TIMEOUT_MS = 120_000;

let aws: LocalAws;
let stack: Stack;
let browser: Browser;
let page: Page;
let files: Map<string, string>;
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-md5-"));
  path = join(folder, "source.bin");
  await writeRandomFile(path, SIZE_BYTES);
  const ports = await freePorts(7);
  const filter = { prefix: "temporary/" };
  const emptied = { id: "temporary", filter, expirationDays: 7, daysAfterInitiation: 7 };
  const cors = browserCorsRules([`http://127.0.0.1:${ports[0]}`]);
  aws = await createLocalAws({
    dataDir: join(folder, "aws"),
    checksums: "refused",
    buckets: [{ name: BUCKET, cors, lifecycle: [emptied] }],
  });
  [stack, browser, files] = await Promise.all([
    startStack({ ports, variables: { ...ownStore(), WAYBILL_S3_INTEGRITY: "md5" } }),
    launchChromium(),
    bundleClient(),
  ]);
}, TIMEOUT_MS);
afterAll(async () => {
  await browser.close();
  await stack[Symbol.asyncDispose]();
  await aws.close();
  await rm(folder, { recursive: true });
});

function ownStore(): Record<string, string> {
  return {
    WAYBILL_S3_BUCKET: BUCKET,
    WAYBILL_S3_ENDPOINT: aws.endpoint,
    WAYBILL_S3_FORCE_PATH_STYLE: "true",
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
  };
}

/** What an object of the source's bytes, in such parts, must have as its checksum. */
async function expectedChecksum() {
  const bytes = await readFile(path);
  const md5 = (piece: Uint8Array) => createHash("md5").update(piece).digest();
  const parts = [0, 1, 2].map((index) => bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES));
  const value = `${md5(Buffer.concat(parts.map(md5))).toString("base64")}-3`;
  return { algorithm: "MD5", value, partSizeBytes: PART_BYTES };
}

describe("the command, with a store that has MD5s alone", { timeout: TIMEOUT_MS }, () => {
  it("is refused a route by name that a store of one's own has not", async () => {
    const put = await stack.waybill("put", path, "--route", "cloudfront");
    expect(put).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("cloudfront is not offered here, but presigned") as string,
    });
  });

  it("uploads and downloads, and says by what that is proven", async () => {
    const put = await stack.waybill("put", path, "--json");
    const { key, checksum } = JSON.parse(put.stdout) as { key: string; checksum: unknown };
    expect(checksum).toEqual(await expectedChecksum());
    const to = join(folder, "copy.bin");
    const got = await stack.waybill("get", key, "-o", to);
    expect(got).toMatchObject({ code: 0, stderr: expect.stringContaining(", verified by MD5") as string });
    expect(await digestOfFile(to)).toBe(await digestOfFile(path));
  });

  it("finds with a directory which files are there already, and which differ", async () => {
    const put = await stack.waybill("put", path, "--json");
    const { key } = JSON.parse(put.stdout) as { key: string };
    const prefix = key.slice(0, key.lastIndexOf("/"));
    const get = () => stack.waybill("get", "-r", prefix, "-o", join(folder, "tree"), "--json");
    expect(JSON.parse((await get()).stdout)).toMatchObject({ verified: true, skipped: false });
    expect(JSON.parse((await get()).stdout)).toMatchObject({ verified: true, skipped: true });
    await using file = await open(join(folder, "tree", "source.bin"), "r+");
    await file.write(Buffer.from("other"), 0, 5, SIZE_BYTES - 5);
    expect((await get()).stderr).toContain("is there already and differs");
  });

  it("names with doctor the proof that there is, and the variable where it is not the one that is wanted", async () => {
    const doctor = async ({ waybill }: Stack) => {
      const { code, stdout } = await waybill("doctor", "--json");
      const { checks } = JSON.parse(stdout) as { checks: { name: string }[] };
      return { code, check: checks.find(({ name }) => name === "integrity") };
    };
    expect(await doctor(stack)).toEqual({
      code: 0,
      check: {
        name: "integrity",
        ok: true,
        detail: "uploads are proven by MD5 alone, of each part and of the parts' MD5s",
      },
    });
    await using strict = await startStack({ variables: ownStore() });
    expect(await doctor(strict)).toMatchObject({
      code: 1,
      check: { ok: false, remedy: "Set WAYBILL_S3_INTEGRITY=md5 for the API: that the store can prove." },
    });
    expect((await strict.waybill("uploads", "--json")).stdout).toBe(""); // nothing is left of the probes
  });
});

describe("the page, in Chromium, with a store that has MD5s alone", { timeout: TIMEOUT_MS }, () => {
  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    await page.goto(stack.webUrl);
    await logIn(page);
    return () => page.close();
  });

  it.each([
    ["in its worker", ""],
    ["where its worker does not come", "checksum-worker"],
  ])("computes MD5s %s, and sends again a part that another bit arrived in", async (_, blocked) => {
    if (blocked !== "") await page.route(new RegExp(blocked), (route) => route.abort());
    using fault = aws.faults.inject({
      match: { operation: "UploadPart", partNumber: 2 },
      count: 1,
      action: { kind: "corrupt", body: "request" },
    });
    const { sent } = watchParts(page);
    const { pick, rowIn } = drivePage(page);
    await pick(path);
    const stored = rowIn("source.bin", "stored");
    await stored.waitFor();
    expect(fault.hits).toBe(1);
    expect(sent.toSorted((a, b) => a - b)).toEqual([1, 2, 2, 3]);
    expect(await stored.locator("code").textContent()).toBe((await expectedChecksum()).value);
    expect(await stored.locator(".upload-checksum").getAttribute("title")).toBe(
      "MD5 of the MD5s of its 3 parts, as the store reports it",
    );
  });

  /** Into a file of the page's own, and as a stream. */
  async function download(key: string) {
    return page.evaluate(
      async ({ url, token, wanted }) => {
        const client = waybill.createWaybillClient({ url, token });
        const codeOf = (error: unknown) =>
          error instanceof Error && "code" in error ? error.code : String(error);
        const handle = await (await navigator.storage.getDirectory()).getFileHandle("copy", { create: true });
        const file = await client
          .downloadToFile(wanted, handle)
          .then(({ verified, checksum }) => ({ verified, checksum }), codeOf);
        const { stream } = await client.download(wanted);
        const count = async () => {
          let byteCount = 0;
          for (const reader = stream.getReader(); ;) {
            const { done, value } = await reader.read();
            if (done) return byteCount;
            byteCount += value.length;
          }
        };
        const streamed = await count().catch(codeOf);
        return { file, streamed };
      },
      { url: stack.apiUrl, token: stack.token, wanted: key },
    );
  }

  it("proves what it downloads, and takes nothing in which a bit is another", async () => {
    await serveClient(page, files);
    const { key } = JSON.parse((await stack.waybill("put", path, "--json")).stdout) as { key: string };
    expect(await download(key)).toEqual({
      file: { verified: true, checksum: await expectedChecksum() },
      streamed: SIZE_BYTES,
    });
    using fault = aws.faults.inject({
      match: { operation: "GetObject" },
      action: { kind: "corrupt", body: "response" },
    });
    expect(await download(key)).toEqual({ file: "CHECKSUM_MISMATCH", streamed: "CHECKSUM_MISMATCH" });
    expect(fault.hits).toBeGreaterThan(1);
  });
});
