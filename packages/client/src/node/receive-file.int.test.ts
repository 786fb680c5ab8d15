import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WaybillError } from "@waybill/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFaultyStore, type AnswerFault, type FaultyStore } from "../testing/faulty-store.ts";
import { quickDeps } from "../testing/quick-deps.ts";
import { receiveFrom } from "../testing/receive-from.ts";
import { seededRandom } from "../testing/seeded-random.ts";

const KiB = 1024;
const RANGE = 64 * KiB;
const EXPIRED = `<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>`;
const TEN = bytesOf(10 * RANGE + 1, 1); // eleven ranges, the last of one byte

let folder: string;
let store: FaultyStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-receive-"));
  store = await createFaultyStore(TEN);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function bytesOf(size: number, seed: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Uint8Array.from({ length: size }, () => random.below(256)));
}

const target = () => join(folder, "file");
const receive = (receiver: Parameters<typeof receiveFrom>[0]["receiver"] = {}) =>
  receiveFrom({ url: store.url, object: store.object, path: target(), receiver });

/** What may happen on a bad day, as the seed has it. */
function faultOf({ below }: ReturnType<typeof seededRandom>): AnswerFault | undefined {
  const afterBytes = below(RANGE);
  const faults: AnswerFault[] = [
    { kind: "cut", afterBytes },
    { kind: "reset", afterBytes },
    { kind: "stall", afterBytes },
    { kind: "corrupt", offset: afterBytes },
    { kind: "refuse", status: 503, headers: { "retry-after": "0" } },
    { kind: "refuse", status: 403, body: EXPIRED },
    { kind: "head", headers: { "content-length": String(afterBytes) } },
    { kind: "head", headers: { "content-range": "bytes 0-1/2" } },
    { kind: "whole" },
    { kind: "raw", text: "" },
    { kind: "close-after" },
  ];
  // Mostly those that a download is to survive.
  return faults[below(4) === 0 ? below(faults.length) : ([0, 1, 4, 5, 9, 10][below(6)] ?? 0)];
}

describe("receiveFile", () => {
  it("leaves the right file or none, whatever happens to its requests", async () => {
    const seeds = Array.from({ length: 40 }, (_, index) => index + 1);
    let received = 0;
    for (const seed of seeds) {
      const random = seededRandom(seed);
      const edge = RANGE * random.below(8) + random.below(3) - 1;
      const bytes = bytesOf(Math.max(0, random.below(2) === 0 ? edge : random.below(8 * RANGE)), seed);
      store.object = { bytes, eTag: `"${seed}"` };
      store.decide = () => (random.below(6) === 0 ? faultOf(random) : undefined);
      const progress: number[] = [];
      const outcome = await receive({
        concurrency: 1 + random.below(6),
        onBytes: (b) => progress.push(b),
      }).then(
        () => "whole",
        (error: unknown) => error,
      );
      const names = await readdir(folder);
      if (bytes.length > RANGE) expect(progress, `seed ${seed}`).toEqual(progress.toSorted((a, b) => a - b));
      if (outcome === "whole") {
        received += 1;
        expect(progress.at(-1), `seed ${seed}`).toBe(bytes.length);
        expect((await readFile(target())).equals(bytes), `seed ${seed}`).toBe(true);
        expect(names, `seed ${seed}`).toEqual(["file"]);
        await rm(target());
      } else {
        expect(outcome, `seed ${seed}`).toBeInstanceOf(WaybillError);
        expect(names, `seed ${seed}`).toEqual([]);
      }
    }
    expect(received).toBeGreaterThan(seeds.length / 2);
    expect(received).toBeLessThan(seeds.length);
  });

  it.each([0, 1, RANGE - 1, RANGE, RANGE + 1, 2 * RANGE])("asks for %d bytes once each", async (size) => {
    store.object = { bytes: bytesOf(size, 7), eTag: '"1"' };
    await receive();
    expect((await readFile(target())).equals(store.object.bytes)).toBe(true);
    expect(store.ranges).toHaveLength(Math.ceil(size / RANGE));
    expect(store.sentBytes).toBe(size);
  });

  it.each<[string, AnswerFault, string]>([
    ["ignores the range", { kind: "whole" }, "STORAGE_DENIED"],
    [
      "answers with another range",
      { kind: "head", headers: { "content-range": "bytes 1-2/3" } },
      "STORAGE_DENIED",
    ],
    ["names no range", { kind: "head", headers: { "content-range": undefined } }, "STORAGE_DENIED"],
    ["announces too little", { kind: "head", headers: { "content-length": "9" } }, "STORAGE_DENIED"],
    ["announces too much", { kind: "head", headers: { "content-length": "999999" } }, "STORAGE_DENIED"],
    ["does not say how much", { kind: "head", headers: { "content-length": undefined } }, "STORAGE_DENIED"],
    ["has another version", { kind: "head", headers: { etag: '"2"' } }, "OBJECT_CHANGED"],
    ["refuses the version", { kind: "refuse", status: 412 }, "OBJECT_CHANGED"],
    ["has a shorter object", { kind: "refuse", status: 416 }, "OBJECT_CHANGED"],
    ["turns over a bit", { kind: "corrupt", offset: 77 }, "CHECKSUM_MISMATCH"],
    ["puts a byte before the others", { kind: "head", headers: {}, extraBytes: 1 }, "CHECKSUM_MISMATCH"],
    ["is always busy", { kind: "refuse", status: 503 }, "STORAGE_BUSY"],
    ["does not speak HTTP", { kind: "raw", text: "SSH-2.0-OpenSSH\r\n" }, "STORAGE_UNREACHABLE"],
  ])("ends clearly, and with no file, when the store %s", async (_, fault, code) => {
    store.decide = ({ start }) => (start === 3 * RANGE ? fault : undefined);
    await expect(receive()).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
  });

  it("brings a small object once more when a bit was turned over on the way", async () => {
    store.object = { bytes: bytesOf(1000, 3), eTag: '"1"' };
    store.decide = ({ index }) => (index === 0 ? { kind: "corrupt", offset: 1 } : undefined);
    await receive();
    expect((await readFile(target())).equals(store.object.bytes)).toBe(true);
    expect(store.ranges).toHaveLength(2);
  });

  it("goes on where an answer broke off, as long as each brings something", async () => {
    store.object = { bytes: bytesOf(RANGE, 4), eTag: '"1"' };
    store.decide = () => ({ kind: "cut", afterBytes: 8 * KiB });
    await receive();
    expect((await readFile(target())).equals(store.object.bytes)).toBe(true);
    expect(store.ranges).toEqual(
      Array.from({ length: 8 }, (_, index) => `bytes=${index * 8 * KiB}-${RANGE - 1}`),
    );
    expect(store.sentBytes).toBe(RANGE);
  });

  it("renews an expired grant once for all ranges", async () => {
    let renewals = 0;
    store.decide = ({ url }) =>
      url.endsWith("grant=0") ? { kind: "refuse", status: 403, body: EXPIRED } : undefined;
    const onRenew = () => void (renewals += 1);
    await receiveFrom({ url: store.url, object: store.object, path: target(), onRenew });
    expect(renewals).toBe(1);
  });

  it("waits as long as a busy store asks for", async () => {
    const slept: number[] = [];
    store.decide = ({ index }) =>
      index === 2 ? { kind: "refuse", status: 503, headers: { "retry-after": "7" } } : undefined;
    await receive({ deps: quickDeps({ onSleep: (ms) => slept.push(ms) }) });
    expect(slept).toEqual([7125]);
  });

  it("stops at once when it is cancelled, and leaves nothing", async () => {
    store.decide = () => ({ kind: "stall", afterBytes: 10 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const failed = receive({
      deps: quickDeps({ stallMs: 60_000 }),
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(reason), 50);
    await expect(failed).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual([]);
  });

  it("says what is wrong with the place, and leaves nothing", async () => {
    const { url, object } = store;
    const path = join(folder, "no", "file");
    await expect(receiveFrom({ url, object, path })).rejects.toMatchObject({
      code: "LOCAL_FILE",
      message: `The folder of ${path} does not exist.`,
    });
    const gone = join(folder, "gone");
    await mkdir(gone);
    const onBytes = (bytes: number) => bytes > 0 && rmSync(gone, { recursive: true, force: true });
    const failed = receiveFrom({ url, object, path: join(gone, "file"), receiver: { onBytes } });
    await expect(failed).rejects.toMatchObject({ code: "LOCAL_FILE" });
    await mkdir(target());
    await expect(receive()).rejects.toMatchObject({ code: "LOCAL_FILE" });
    expect(await readdir(folder)).toEqual(["file"]);
  });
});

describe("an interrupted download", () => {
  /** Kill a process that has finished six ranges and is in the middle of two more. */
  async function killInTheMiddle(): Promise<string> {
    await writeFile(join(folder, "bytes"), TEN);
    store.decide = ({ index }) => (index >= 6 ? { kind: "stall", afterBytes: 100 } : undefined);
    const script = new URL("../testing/download-process.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script, store.url, join(folder, "bytes"), target()], {
      stdio: "inherit",
    });
    await expect.poll(() => store.ranges.length, { timeout: 20_000 }).toBe(8);
    child.kill("SIGKILL");
    await once(child, "exit");
    await rm(join(folder, "bytes"));
    store.decide = () => undefined;
    store.ranges = [];
    store.sentBytes = 0;
    const [left = ""] = await readdir(folder);
    expect(left).toMatch(/^\.file\..*\.waybill-part$/);
    return join(folder, left);
  }

  it("goes on where a killed process stopped", async () => {
    await killInTheMiddle();
    const progress: number[] = [];
    await receive({ onBytes: (bytes) => progress.push(bytes) });
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(store.sentBytes).toBe(TEN.length - 6 * RANGE);
    expect(progress[0]).toBe(6 * RANGE);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  it("brings again what is no longer what it was", async () => {
    const left = await killInTheMiddle();
    await using handle = await open(left, "r+");
    await handle.write(Buffer.from([255 - (TEN[RANGE] ?? 0)]), 0, 1, RANGE);
    await receive();
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(store.sentBytes).toBe(TEN.length - 5 * RANGE);
  });

  it("begins anew for another version of the object", async () => {
    await killInTheMiddle();
    store.object = { bytes: bytesOf(TEN.length, 9), eTag: '"2"' };
    await receive();
    expect((await readFile(target())).equals(store.object.bytes)).toBe(true);
    expect(store.sentBytes).toBe(TEN.length);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  it("is kept when it is cancelled, where that was asked for", async () => {
    store.decide = ({ index }) => (index >= 6 ? { kind: "stall", afterBytes: 100 } : undefined);
    const controller = new AbortController();
    const deps = quickDeps({ stallMs: 60_000 });
    const { signal } = controller;
    const outcome = receive({ deps, keepPartial: true, concurrency: 2, signal }).catch(String);
    await expect.poll(() => store.ranges.length).toBe(8);
    controller.abort(new Error("enough"));
    expect(await outcome).toBe("Error: enough");
    // Cancelled once more, before it has looked at what there is: that is still not lost.
    await expect(receive({ keepPartial: true, signal })).rejects.toThrow(/^enough$/);
    store.decide = () => undefined;
    store.sentBytes = 0;
    await receive();
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(store.sentBytes).toBe(TEN.length - 6 * RANGE);
  });

  it("shares no file with another of the same target", async () => {
    await Promise.all([receive(), receive(), receive()]);
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(await readdir(folder)).toEqual(["file"]);
  });
});
