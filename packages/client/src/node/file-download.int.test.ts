import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MiB, sleep, WaybillError } from "@waybill/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checksumOfBytes } from "../testing/checksum-of-bytes.ts";
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

type Options = Parameters<typeof receiveFrom>[0];
const target = () => join(folder, "file");
const start = (options: Options["options"] = {}, rest: Partial<Options> = {}) =>
  receiveFrom({ url: store.url, object: store.object, path: target(), options, ...rest });
const receive = (...args: Parameters<typeof start>) => start(...args).result;
/** In which time passes as it does, so that nothing is asked for twice before a second has gone by. */
const realTime = () => ({ ...quickDeps({ stallMs: 60_000 }), sleep, nowMs: () => performance.now() });

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
    { kind: "refuse", status: 412 },
    { kind: "raw", text: "" },
    { kind: "close-after" },
  ];
  // Mostly those that a download is to survive.
  return faults[below(4) === 0 ? below(faults.length) : ([0, 1, 4, 5, 10, 11][below(6)] ?? 0)];
}

describe("a download into a file", () => {
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
        onProgress: ({ transferredBytes }) => progress.push(transferredBytes),
      }).then(
        () => "whole",
        (error: unknown) => error,
      );
      const names = await readdir(folder);
      expect(progress, `seed ${seed}`).toEqual(progress.toSorted((a, b) => a - b));
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

  it.each([0, 1, RANGE - 1, RANGE, RANGE + 1, 9 * RANGE])("asks for %d bytes once each", async (size) => {
    store.object = { bytes: bytesOf(size, 7), eTag: '"1"' };
    await receive({}, { deps: realTime() });
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
    ["has another version", { kind: "head", headers: { etag: '"2"' } }, "OBJECT_CHANGED"],
    ["refuses the version", { kind: "refuse", status: 412 }, "OBJECT_CHANGED"],
    ["has a shorter object", { kind: "refuse", status: 416 }, "OBJECT_CHANGED"],
    ["turns over a bit", { kind: "corrupt", offset: 77 }, "CHECKSUM_MISMATCH"],
    ["puts a byte before the others", { kind: "head", headers: {}, extraBytes: 1 }, "CHECKSUM_MISMATCH"],
    ["is always busy", { kind: "refuse", status: 503 }, "STORAGE_BUSY"],
    ["does not speak HTTP", { kind: "raw", text: "SSH-2.0-OpenSSH\r\n" }, "STORAGE_UNREACHABLE"],
  ])("ends clearly, and with no file, when the store %s", async (_, fault, code) => {
    store.decide = ({ start: first }) => (first === 3 * RANGE ? fault : undefined);
    await expect(receive({ concurrency: 1 })).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
  });

  it("comes whole also when the store does not say how much, but sends it in chunks", async () => {
    store.decide = ({ start: first }) =>
      first === 3 * RANGE ? { kind: "head", headers: { "content-length": undefined } } : undefined;
    await receive({ concurrency: 1 });
    expect((await readFile(target())).equals(store.object.bytes)).toBe(true);
  });

  it("asks once for what comes together with its head, on a connection that was used before", async () => {
    store.object = { bytes: bytesOf(4 * MiB, 8), eTag: '"1"' };
    await receive({ rangeSizeBytes: MiB, concurrency: 1 }, { deps: realTime() });
    expect((await readFile(target())).equals(store.object.bytes)).toBe(true);
    expect(store.ranges).toHaveLength(4);
  });

  it("finds what was turned over on the way, and brings that again", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const rangeCount = 1 + random.below(12);
      store.object = { bytes: bytesOf(rangeCount * RANGE - random.below(RANGE), seed), eTag: `"${seed}"` };
      store.ranges = [];
      // Each range is spoilt once at most: the first time, or when it is looked at again.
      const spoilt = Array.from({ length: rangeCount }, () => random.below(3));
      if (spoilt.every((asked) => asked !== 0)) spoilt[random.below(rangeCount)] = 0;
      const asked = new Map<number, number>();
      store.decide = ({ start: first }) => {
        const times = asked.get(first) ?? 0;
        asked.set(first, times + 1);
        return spoilt[first / RANGE] === times ? { kind: "corrupt", offset: random.below(RANGE) } : undefined;
      };
      const { checksum } = await receive({ concurrency: 1 + random.below(4) }, { deps: realTime() });
      expect((await readFile(target())).equals(store.object.bytes), `seed ${seed}`).toBe(true);
      expect(checksum.value).toBe(checksumOfBytes(store.object.bytes));
      expect(store.ranges.length, `seed ${seed}`).toBeLessThanOrEqual(3 * rangeCount);
      expect(await readdir(folder)).toEqual(["file"]);
    }
  });

  it("brings no more again than it takes to find what was spoilt", async () => {
    store.decide = ({ index }) => (index === 2 ? { kind: "corrupt", offset: 9 } : undefined);
    const transfer = start({ concurrency: 1 }, { deps: realTime() });
    const waited: string[] = [];
    transfer.subscribe((event) => void (event.type === "waiting" && waited.push(event.error.code)));
    await transfer.result;
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(store.ranges).toHaveLength(11 + 3);
    expect(waited).toEqual(["CHECKSUM_MISMATCH"]);
  });

  it("gives up a store that sends other bytes each time", async () => {
    let answers = 0;
    store.decide = ({ start: first }) =>
      first === RANGE ? { kind: "corrupt", offset: (answers += 1) } : undefined;
    await expect(receive({ concurrency: 2 })).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
    expect(answers).toBe(5);
    expect(await readdir(folder)).toEqual([]);
  });

  it("asks a second time for what a slow answer still lacks, and takes what comes first", async () => {
    store.decide = ({ index }) => (index === 3 ? { kind: "stall", afterBytes: 10 } : undefined);
    const deps = quickDeps({ stallMs: 60_000 });
    await receive({}, { deps });
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(store.ranges.filter((range) => range === store.ranges[3])).toHaveLength(2);
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
    await receive({}, { onRenew });
    expect(renewals).toBe(1);
  });

  it("waits as long as a busy store asks for", async () => {
    const slept: number[] = [];
    store.decide = ({ index }) =>
      index === 2 ? { kind: "refuse", status: 503, headers: { "retry-after": "7" } } : undefined;
    await receive({ concurrency: 1 }, { deps: quickDeps({ onSleep: (ms) => slept.push(ms) }) });
    expect(slept).toEqual([7125]);
  });

  it("stops at once when it is cancelled, and leaves nothing", async () => {
    store.decide = () => ({ kind: "stall", afterBytes: 10 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const failed = receive({ signal: controller.signal }, { deps: realTime() });
    const ended = failed.catch((error: unknown) => error);
    await vi.waitFor(() => expect(store.ranges.length).toBeGreaterThan(0));
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(await readdir(folder)).toEqual([]);
  });

  it("says what is wrong with the place, and leaves nothing", async () => {
    const { url, object } = store;
    const path = join(folder, "no", "file");
    await expect(receiveFrom({ url, object, path }).result).rejects.toMatchObject({
      code: "LOCAL_FILE",
      message: `The folder of ${path} does not exist.`,
    });
    const gone = join(folder, "gone");
    await mkdir(gone);
    const onProgress = () => rmSync(gone, { recursive: true, force: true });
    const failed = receiveFrom({ url, object, path: join(gone, "file"), options: { onProgress } });
    await expect(failed.result).rejects.toMatchObject({ code: "LOCAL_FILE" });
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
    await receive({ onProgress: (step) => progress.push(step.transferredBytes) }, { deps: realTime() });
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(store.sentBytes).toBe(TEN.length - 6 * RANGE);
    expect(progress[0]).toBe(6 * RANGE);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  it("brings again what is no longer what it was", async () => {
    const left = await killInTheMiddle();
    await using handle = await open(left, "r+");
    await handle.write(Buffer.from([255 - (TEN[RANGE] ?? 0)]), 0, 1, RANGE);
    await receive({}, { deps: realTime() });
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(store.sentBytes).toBe(TEN.length - 5 * RANGE);
  });

  it("begins anew for another version of the object", async () => {
    await killInTheMiddle();
    store.object = { bytes: bytesOf(TEN.length, 9), eTag: '"2"' };
    await receive({}, { deps: realTime() });
    expect((await readFile(target())).equals(store.object.bytes)).toBe(true);
    expect(store.sentBytes).toBe(TEN.length);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  it("is kept when it is cancelled, where that was asked for", async () => {
    store.decide = ({ index }) => (index >= 6 ? { kind: "stall", afterBytes: 100 } : undefined);
    const controller = new AbortController();
    const { signal } = controller;
    const options = { keepPartial: true, concurrency: 2, signal };
    const outcome = receive(options, { deps: realTime() }).catch(String);
    await expect.poll(() => store.ranges.length).toBe(8);
    controller.abort(new Error("enough"));
    expect(await outcome).toBe("Error: enough");
    // Cancelled once more, before it has looked at what there is: that is still not lost.
    await expect(receive({ keepPartial: true, signal })).rejects.toThrow(/^enough$/);
    store.decide = () => undefined;
    store.sentBytes = 0;
    await receive({}, { deps: realTime() });
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(store.sentBytes).toBe(TEN.length - 6 * RANGE);
  });

  it("shares no file with another of the same target", async () => {
    await Promise.all([receive(), receive(), receive()]);
    expect((await readFile(target())).equals(TEN)).toBe(true);
    expect(await readdir(folder)).toEqual(["file"]);
  });
});

describe("a download that can be held", () => {
  const SIZE = 8 * MiB;
  const options = { rangeSizeBytes: 2 * MiB, concurrency: 2 };

  async function halvesAreThere(): Promise<boolean> {
    const [name] = await readdir(folder);
    if (name === undefined) return false;
    const written = await readFile(join(folder, name));
    return [0, 2 * MiB].every((at) => written.compare(store.object.bytes, at, at + MiB, at, at + MiB) === 0);
  }

  /** Held while two ranges are half there. */
  async function hold() {
    store.object = { bytes: bytesOf(SIZE, 5), eTag: '"1"' };
    store.decide = () => ({ kind: "stall", afterBytes: MiB });
    const phases: string[] = [];
    const transfer = start(options, { deps: realTime() });
    transfer.subscribe((event) => void (event.type === "state" && phases.push(event.state.phase)));
    await expect.poll(halvesAreThere).toBe(true);
    transfer.pause();
    store.decide = () => undefined;
    await expect.poll(() => store.connections()).toBe(0);
    store.ranges = [];
    return { transfer, phases };
  }

  it("goes on within the ranges that had begun", async () => {
    const { transfer, phases } = await hold();
    transfer.resume();
    expect(await transfer.result).toMatchObject({ verified: true, sizeBytes: SIZE });
    expect((await readFile(target())).equals(store.object.bytes)).toBe(true);
    expect(phases).toEqual(["moving", "paused", "preparing", "moving", "finishing", "done"]);
    const starts = store.ranges.map((range) => Number(/\d+/.exec(range)?.[0]));
    expect(starts).toEqual([MiB, 3 * MiB, 4 * MiB, 6 * MiB]);
  });

  it("is given up for good, and leaves nothing", async () => {
    const { transfer } = await hold();
    await transfer.cancel();
    await expect(transfer.result).rejects.toMatchObject({ code: "ABORTED" });
    expect(await readdir(folder)).toEqual([]);
    expect(store.ranges).toEqual([]);
  });

  it("refuses to go on with another version", async () => {
    const { transfer } = await hold();
    store.object = { ...store.object, eTag: '"2"' };
    transfer.resume();
    await expect(transfer.result).rejects.toMatchObject({ code: "OBJECT_CHANGED" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("proves what it looks at again after it was held in the middle of that", async () => {
    store.object = { bytes: bytesOf(8 * RANGE, 6), eTag: '"1"' };
    // The first range is looked at again in vain and comes spoilt then, while the last is what is spoilt.
    const spoilt = [7, 8];
    let transfer: ReturnType<typeof start> | undefined;
    store.decide = ({ index }) => {
      if (index === 8) setImmediate(() => transfer?.pause());
      return spoilt.includes(index) ? { kind: "corrupt", offset: 5 } : undefined;
    };
    transfer = start({ concurrency: 1 }, { deps: realTime() });
    await expect.poll(() => transfer.state.phase).toBe("paused");
    transfer.resume();
    await transfer.result;
    expect((await readFile(target())).equals(store.object.bytes)).toBe(true);
  });
});
