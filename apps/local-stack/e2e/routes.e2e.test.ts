import { execFile } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createWaybillClient, type WaybillClient } from "@waybill/client/node";
import { MiB, ROUTES, type Route, type SavedUpload } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOfFile } from "./page-driver.ts";
import { startStack, type Stack } from "./start-stack.ts";
import { tokenOf } from "./token-of.ts";

/* The same on every route, in both directions. */
const SIZES = [0, 1, 4_000_000, 6 * MiB, 12 * MiB, 100 * MiB];
const NAMES = ["with space.txt", "한국어 📷.txt", `'single' "double" #?&+%2F.txt`, "a".repeat(251) + ".txt"];
const LOCAL_ROUTES = [
  "presigned",
  "credentials",
  "cloudfront",
  "apigateway",
  "lambda",
] as const satisfies readonly Route[];

let stack: Stack;
let folder: string;
let alice: WaybillClient;
/** So that there is time for something to happen in the middle, whatever the machine. */
let slowAlice: WaybillClient;
let bob: WaybillClient;

beforeAll(async () => {
  [stack, folder] = await Promise.all([startStack(), mkdtemp(join(tmpdir(), "waybill-routes-"))]);
  const { apiUrl: url, token } = stack;
  alice = createWaybillClient({ url, token });
  slowAlice = createWaybillClient({ url, token, maxBytesPerSecond: 30 * MiB });
  bob = createWaybillClient({ url, token: await tokenOf(stack.issuerUrl, "bob") });
});
afterAll(async () => {
  alice[Symbol.dispose]();
  slowAlice[Symbol.dispose]();
  bob[Symbol.dispose]();
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function fileOf(name: string, sizeBytes: number): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, randomFillSync(Buffer.alloc(sizeBytes)));
  return path;
}

const refusedWith = (code: string): unknown => expect.objectContaining({ code });
const openUploads = async () => (await alice.api.uploads.list.query({})).uploads.length;

describe.each(LOCAL_ROUTES)("the route %s", (route) => {
  const { maxObjectBytes, parts } = ROUTES[route].upload;

  it.each(SIZES)("brings %d bytes there and back, or says that it cannot", async (sizeBytes) => {
    const path = await fileOf("source.bin", sizeBytes);
    if (sizeBytes > maxObjectBytes) {
      // Before a byte has left, and with what to take instead.
      await expect(alice.upload(path, { route })).rejects.toMatchObject({
        code: "TOO_LARGE",
        message: expect.stringMatching(/at most \d+ bytes.*Take presigned/) as string,
      });
      const { key } = await alice.upload(path);
      return expectSame(key, path, route);
    }
    const stored = await alice.upload(path, { route });
    expect(stored).toMatchObject({ route, sizeBytes });
    await expectSame(stored.key, path, route);
    expect(await openUploads()).toBe(0);
  });

  it.each(NAMES)("knows %s", async (fileName) => {
    const path = await fileOf("named.bin", 1000);
    if (route === "apigateway" && fileName.includes("+")) {
      const refused = {
        code: "ROUTE_UNAVAILABLE",
        message: expect.stringMatching(/Take presigned/) as string,
      };
      return expect(alice.upload(path, { route, fileName })).rejects.toMatchObject(refused);
    }
    const { key } = await alice.upload(path, { route, fileName });
    const to = join(folder, "named.back");
    await alice.download(key, to, { route });
    expect((await alice.api.objects.head.query({ key })).fileName).toBe(fileName);
    expect(await readFile(to)).toEqual(await readFile(path));
  });

  it("knows a text from bytes, and changes neither", async () => {
    const path = await fileOf("latin1.txt", 1000); // hardly UTF-8
    const { key, contentType } = await alice.upload(path, { route, contentType: "text/plain" });
    expect(contentType).toBe("text/plain");
    expect((await alice.api.objects.head.query({ key })).contentType).toBe("text/plain");
    await expectSame(key, path, route);
  });

  it("is not for others", async () => {
    const path = await fileOf("mine.bin", 1000);
    const { key } = await alice.upload(path, { route });
    await expect(bob.download(key, join(folder, "stolen"), { route })).rejects.toEqual(
      refusedWith("OBJECT_NOT_FOUND"),
    );
    const waybill = await alice.api.uploads.create.mutate({ fileName: "a", sizeBytes: 1, route });
    const sign = { token: waybill.token, parts: [{ partNumber: 1, checksum: "AAAAAAAAAAA=" }] };
    const signing = bob.call((api) => api.uploads.sign.mutate(sign));
    await expect(signing).rejects.toEqual(refusedWith("TOKEN_INVALID"));
  });

  it("ends with the reason when the object is removed meanwhile, which the store tells nobody", async () => {
    const { key } = await alice.upload(await fileOf("removed.bin", 30 * MiB));
    const to = join(folder, "removed.back");
    const transfer = slowAlice.startDownload(key, to, { route, rangeSizeBytes: 5 * MiB, concurrency: 1 });
    const held = Promise.withResolvers<void>();
    const ignore = transfer.subscribe((event) => {
      if (event.type !== "progress" || event.progress.transferredBytes === 0) return;
      ignore();
      transfer.pause();
      held.resolve();
    });
    await held.promise;
    await alice.api.objects.remove.mutate({ keys: [key] });
    transfer.resume();
    await expect(transfer.result).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
  });

  // Credentials sign each request when it is sent.
  const signsAhead = LOCAL_ROUTES.filter((each) => each === route && each !== "credentials");
  it.for(signsAhead)("ends when it was said to", async () => {
    const { key } = await alice.upload(await fileOf("short.bin", 1000), { route });
    const grant = await alice.api.downloads.create.mutate({ key, route, expiresIn: 1 });
    if (!("request" in grant)) throw new Error("There is nothing to send.");
    let answer = await fetch(grant.request.url);
    while (answer.ok) answer = await fetch(grant.request.url);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(grant.expiresAt) - 1000);
    expect([answer.status, await answer.text()]).toEqual([
      403,
      // CloudFront does not say why.
      expect.stringContaining(route === "cloudfront" ? "Access denied" : "Request has expired"),
    ]);
  });

  it.for(parts === undefined ? [] : [6 * MiB])(
    "goes on with what an earlier run has left, and leaves nothing of what was given up",
    async (partSizeBytes) => {
      const path = await fileOf("long.bin", 30 * MiB);
      const stopped = new AbortController();
      const options = { route, partSizeBytes, concurrency: 1, keepPartial: true };
      const transfer = slowAlice.startUpload(path, { ...options, signal: stopped.signal });
      let saved: SavedUpload | undefined;
      for await (const event of transfer) {
        if (event.type === "state" && event.state.phase === "moving") saved = event.state.saved;
        if (event.type === "progress" && event.progress.acknowledgedBytes > 0) stopped.abort();
      }
      await expect(transfer.result).rejects.toBe(stopped.signal.reason);
      expect(await openUploads()).toBe(1);
      const resumed = await alice.upload(path, { route, resumeFrom: saved });
      expect(resumed).toMatchObject({ route, sizeBytes: 30 * MiB });
      expect(resumed.resumedBytes).toBeGreaterThan(0);
      await expectSame(resumed.key, path, route);

      const givenUp = slowAlice.startUpload(path, { route, partSizeBytes });
      for await (const event of givenUp) if (event.type === "progress") await givenUp.cancel();
      await expect(givenUp.result).rejects.toEqual(refusedWith("ABORTED"));
      expect(await openUploads()).toBe(0);
    },
  );
});

async function expectSame(key: string, path: string, route: Route): Promise<void> {
  const to = join(folder, "back.bin");
  const result = await alice.download(key, to, { route });
  expect(result).toMatchObject({ route, verified: true });
  expect(await digestOfFile(to)).toBe(await digestOfFile(path));
}

describe("the route lambda, where its answers are streamed", () => {
  it("brings 100 MiB in one answer, and holds little of it at any time", async () => {
    const sizeBytes = 100 * MiB;
    const { key } = await alice.upload(await fileOf("streamed.bin", sizeBytes));
    const grant = await alice.api.downloads.create.mutate({ key, route: "lambda" });
    if (!("request" in grant)) throw new Error("There is nothing to send.");
    expect(grant.maxBytes).toBeGreaterThan(sizeBytes);
    const stream = (await stack.services()).find(({ command }) => command.includes("services/stream"));
    const before = await residentBytes(stream?.pid);
    const answer = await fetch(grant.request.url);
    expect(answer.status).toBe(200);
    const received = createHash("sha256");
    let most = 0;
    let count = 0;
    for await (const chunk of answer.body ?? []) {
      received.update(chunk);
      if (count++ % 200 === 0) most = Math.max(most, await residentBytes(stream?.pid));
    }
    expect(received.digest("hex")).toBe(await digestOfFile(join(folder, "streamed.bin")));
    expect(most - before).toBeLessThan(90 * MiB); // and less than the object has, though nothing forces Node to tidy up
  });
});

/** Of the memory of a process, what is in the machine's. */
async function residentBytes(pid = 0): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) * 1024;
}
