import { randomFillSync } from "node:crypto";
import { mkdtemp, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UploadPartCommand } from "@aws-sdk/client-s3";
import { createCrc64Nvme, MiB, type SavedUpload } from "@waybill/core";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  listMultipartUploads,
  listParts,
} from "@waybill/core/s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStack } from "../testing/open-stack.ts";
import { createFileJournal, createWaybillClient, type WaybillClient } from "./index.ts";

let stack: Awaited<ReturnType<typeof openStack>>;
let client: WaybillClient;
let journalFolder: string;
let path: string;
const BYTES = randomFillSync(Buffer.alloc(22 * MiB)); // 5, 5, 5, 5 and 2 MiB
const PART = { partSizeBytes: 5 * MiB };
/** Nothing is sent a second time because it was slow. */
const IN_TURN = { ...PART, concurrency: 1 };
const DENIED = `<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`;

beforeAll(async () => {
  stack = await openStack();
});
afterAll(() => stack[Symbol.asyncDispose]());
beforeEach(async () => {
  const folder = await mkdtemp(join(stack.folder, "resume-"));
  path = join(folder, "file.bin");
  await writeFile(path, BYTES);
  journalFolder = join(folder, "journal");
  client = newClient();
});
afterEach(async () => {
  stack.proxy.decide = () => undefined;
  stack.proxy.seen = [];
  client[Symbol.dispose]();
  for (const upload of await openUploads()) await abortMultipartUpload(stack.deps.store, upload);
});

/** As another process would have it: with nothing in common but the folder. */
function newClient(options: { stallMs?: number } = {}): WaybillClient {
  const journal = createFileJournal(journalFolder);
  return createWaybillClient({ url: stack.url, patienceMs: 0, journal, ...options });
}

const openUploads = async () =>
  (await listMultipartUploads(stack.deps.store, { prefix: "", limit: 1000 })).uploads;
/** Their numbers, in ascending order. */
function sentParts(): number[] {
  const numbers = stack.proxy.seen.flatMap((line) => {
    const [, number] = /^PUT .*partNumber=(\d+)/.exec(line) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers.toSorted((a, b) => a - b);
}

/** An upload that breaks off: all parts arrive but those that are named. */
async function breakOff(missing: readonly number[]): Promise<SavedUpload> {
  stack.proxy.decide = ({ url }) =>
    missing.some((number) => url.includes(`partNumber=${number}&`))
      ? { kind: "answer", status: 503 }
      : undefined;
  using first = newClient();
  const transfer = first.startUpload(path, { ...IN_TURN, keepPartial: true });
  await expect(transfer.result).rejects.toMatchObject({ code: "STORAGE_BUSY" });
  stack.proxy.decide = () => undefined;
  stack.proxy.seen = [];
  const { state } = transfer;
  if (state.phase !== "failed" || state.saved === undefined)
    throw new Error("There is nothing to go on with.");
  return state.saved;
}

async function stored(key: string): Promise<Buffer> {
  const to = join(journalFolder, "..", "back.bin");
  await client.download(key, to);
  return readFile(to);
}

describe("an upload that broke off", () => {
  it("is gone on with: only what is missing is sent", async () => {
    const { key } = await breakOff([4]);
    const result = await client.upload(path, { ...PART, keepPartial: true });
    expect(result).toMatchObject({ key, resumedBytes: 15 * MiB });
    expect(sentParts()).toEqual([4, 5]);
    expect((await stored(key)).equals(BYTES)).toBe(true);
    expect(await openUploads()).toEqual([]);
    expect(await readdir(journalFolder)).toEqual([]);
  });

  it("sends again a part that the store holds with other bytes", async () => {
    const { key, uploadId } = await breakOff([5]);
    const { client: s3, bucket } = stack.direct;
    const Body = Buffer.alloc(5 * MiB, "other");
    const command = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumber: 2, Body };
    await s3.send(new UploadPartCommand({ ...command, ChecksumAlgorithm: "CRC64NVME" }));
    stack.proxy.seen = [];
    await client.upload(path, PART);
    expect(sentParts()).toEqual([2, 5]);
    expect((await stored(key)).equals(BYTES)).toBe(true);
  });

  it("proves parts of a size of its own, whatever this run would have cut", async () => {
    const { key } = await breakOff([5]);
    await client.upload(path, { partSizeBytes: 8 * MiB });
    expect(sentParts()).toEqual([5]);
    expect((await stored(key)).equals(BYTES)).toBe(true);
  });

  it("is begun anew when the file has changed, and the old one aborted", async () => {
    const { key: oldKey } = await breakOff([5]);
    const changed = Buffer.concat([Buffer.from("new"), BYTES.subarray(3)]);
    await writeFile(path, changed);
    const { key, resumedBytes } = await client.upload(path, PART);
    expect(key).not.toBe(oldKey);
    expect(resumedBytes).toBe(0);
    expect((await stored(key)).equals(changed)).toBe(true);
    expect(await openUploads()).toEqual([]);
  });

  it("is refused when the file has changed, where that was asked for, and kept", async () => {
    await breakOff([5]);
    const { mtimeMs } = await stat(path);
    await writeFile(path, Buffer.from("changed"));
    const refused = client.upload(path, { ...PART, onChangedSource: "refuse", keepPartial: true });
    await expect(refused).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
    await writeFile(path, BYTES);
    await utimes(path, mtimeMs / 1000, mtimeMs / 1000);
    expect(await client.upload(path, PART)).toMatchObject({ resumedBytes: 20 * MiB });
  });

  it("never makes an object of two files, though size and time are the same", async () => {
    const { key } = await breakOff([5]);
    const { mtimeMs } = await stat(path);
    const changed = Buffer.from(BYTES);
    changed.fill("x", 7 * MiB, 7 * MiB + 9);
    await writeFile(path, changed);
    await utimes(path, mtimeMs / 1000, mtimeMs / 1000);
    await client.upload(path, PART);
    expect((await stored(key)).equals(changed)).toBe(true);
    expect(sentParts()).toEqual([2, 5]);
  });

  it("is gone on with on another machine, which knows its state alone", async () => {
    const saved = await breakOff([5]);
    const copy = join(journalFolder, "..", "copy.bin");
    await writeFile(copy, BYTES);
    await utimes(copy, saved.modifiedAtMs / 1000, saved.modifiedAtMs / 1000);
    using other = createWaybillClient({ url: stack.url });
    const result = await other.upload(copy, { resumeFrom: JSON.parse(JSON.stringify(saved)) as SavedUpload });
    expect(result).toMatchObject({ key: saved.key, resumedBytes: 20 * MiB });
    expect(sentParts()).toEqual([5]);
  });

  it("is begun anew when it was aborted meanwhile", async () => {
    const saved = await breakOff([5]);
    await abortMultipartUpload(stack.deps.store, saved);
    const { key, resumedBytes } = await client.upload(path, PART);
    expect(key).not.toBe(saved.key);
    expect(resumedBytes).toBe(0);
    expect((await stored(key)).equals(BYTES)).toBe(true);
  });

  it("has succeeded when it was published and nobody was told", async () => {
    const options = { ...PART, keepPartial: true };
    using first = createWaybillClient({
      url: stack.url,
      patienceMs: 0,
      journal: createFileJournal(journalFolder),
    });
    const controller = new AbortController();
    stack.proxy.decide = ({ method, url }) => {
      if (method === "POST" && url.includes("uploadId=")) controller.abort(new Error("power lost"));
      return undefined;
    };
    await expect(first.upload(path, { ...options, signal: controller.signal })).rejects.toThrow("power lost");
    await expect.poll(openUploads).toEqual([]); // the server has published it
    stack.proxy.seen = [];
    const { key } = await client.upload(path, options);
    expect(sentParts()).toEqual([]);
    expect((await stored(key)).equals(BYTES)).toBe(true);
    expect(
      (await client.call((api) => api.objects.list.query({}))).objects.filter((object) => object.key === key),
    ).toHaveLength(1);
  });

  it("leaves nothing behind where nobody wants to go on with it", async () => {
    stack.proxy.decide = ({ url }) =>
      url.includes("partNumber=3&") ? { kind: "answer", status: 503 } : undefined;
    await expect(client.upload(path, PART)).rejects.toMatchObject({ code: "STORAGE_BUSY" });
    expect(await openUploads()).toEqual([]);
    expect(await readdir(journalFolder)).toEqual([]);
  });

  it("leaves nothing behind where going on cannot help", async () => {
    stack.proxy.decide = ({ url }) =>
      url.includes("partNumber=3&") ? { kind: "answer", status: 403, body: DENIED } : undefined;
    const refused = client.upload(path, { ...PART, keepPartial: true });
    await expect(refused).rejects.toMatchObject({ code: "STORAGE_DENIED" });
    expect(await openUploads()).toEqual([]);
  });

  it("shares no entry with another of the same file at the same time", async () => {
    const results = await Promise.all([1, 2, 3].map(() => client.upload(path, PART)));
    expect(new Set(results.map(({ key }) => key)).size).toBe(3);
    for (const { key } of results) expect((await stored(key)).equals(BYTES)).toBe(true);
    expect(await readdir(journalFolder)).toEqual([]);
  });

  it("ends well for two clients that go on with it at once", async () => {
    const saved = await breakOff([2, 5]);
    using one = createWaybillClient({ url: stack.url });
    using two = createWaybillClient({ url: stack.url });
    const results = await Promise.all([one, two].map((each) => each.upload(path, { resumeFrom: saved })));
    expect(results.map(({ key }) => key)).toEqual([saved.key, saved.key]);
    expect((await stored(saved.key)).equals(BYTES)).toBe(true);
    expect(await openUploads()).toEqual([]);
  });
});

describe("an upload that somebody else finishes", () => {
  it("has succeeded, though the store knows it no more", async () => {
    const saved = await breakOff([4, 5]);
    stack.proxy.decide = ({ url }) => (url.includes("partNumber=5&") ? { kind: "stall" } : undefined);
    using impatient = newClient({ stallMs: 700 });
    const slow = impatient.startUpload(path, IN_TURN);
    await expect.poll(sentParts).toEqual([4, 5]);
    stack.proxy.decide = () => undefined;
    using other = createWaybillClient({ url: stack.url });
    await other.upload(path, { resumeFrom: saved });
    expect((await slow.result).key).toBe(saved.key); // it sends part 5 once more, and is told NoSuchUpload
    expect(sentParts().filter((partNumber) => partNumber === 4)).toHaveLength(1);
  });
});

describe("an upload that is held", () => {
  it("pauses, resumes, and sends no part twice that had arrived", async () => {
    const transfer = client.startUpload(path, IN_TURN);
    const phases: string[] = [];
    transfer.subscribe((event) => {
      if (event.type === "state") phases.push(event.state.phase);
      if (
        event.type === "progress" &&
        event.progress.acknowledgedBytes >= 10 * MiB &&
        !phases.includes("paused")
      )
        transfer.pause();
    });
    await expect.poll(() => transfer.state.phase).toBe("paused");
    expect(await openUploads()).toHaveLength(1);
    transfer.resume();
    const { key } = await transfer.result;
    expect((await stored(key)).equals(BYTES)).toBe(true);
    expect(phases).toEqual(["moving", "paused", "preparing", "moving", "finishing", "done"]);
    expect(sentParts().filter((partNumber) => partNumber <= 2)).toEqual([1, 2]);
  });

  it("is cancelled: no request is left, and nothing in the store", async () => {
    const transfer = client.startUpload(path, PART);
    stack.proxy.decide = ({ method }) => (method === "PUT" ? { kind: "stall" } : undefined);
    await expect.poll(() => sentParts().length).toBeGreaterThan(2);
    await transfer.cancel();
    await expect(transfer.result).rejects.toMatchObject({ code: "ABORTED" });
    expect(await openUploads()).toEqual([]);
    expect(await readdir(journalFolder)).toEqual([]);
  });
});

describe("what the server finds out", () => {
  it("is mended: a part that is not listed is sent again, and only that", async () => {
    // The store acknowledges part 3, and forgets it.
    let forgotten = false;
    stack.proxy.decide = ({ url }) => {
      if (forgotten || !url.includes("partNumber=3&")) return undefined;
      forgotten = true;
      return { kind: "answer", status: 200 };
    };
    const { key } = await client.upload(path, IN_TURN);
    expect(sentParts()).toEqual([1, 2, 3, 3, 4, 5]);
    expect((await stored(key)).equals(BYTES)).toBe(true);
  });

  it("is mended with another key of the API's: an upload outlives its token", async () => {
    let signedWithNewKey = false;
    stack.proxy.decide = ({ url }) => {
      if (!url.includes("partNumber=4&") || signedWithNewKey) return undefined;
      signedWithNewKey = true;
      stack.changeTokenKey();
      return {
        kind: "answer",
        status: 403,
        body: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
      };
    };
    const { key } = await client.upload(path, PART);
    expect(signedWithNewKey).toBe(true);
    expect((await stored(key)).equals(BYTES)).toBe(true);
  });

  it("is told when somebody else completed it with what we sent", async () => {
    const transfer = client.startUpload(path, PART);
    transfer.subscribe((event) => {
      if (event.type === "state" && event.state.phase === "finishing") {
        const { saved } = event.state;
        if (saved !== undefined) void completeElsewhere(saved);
      }
    });
    const { key } = await transfer.result;
    expect((await stored(key)).equals(BYTES)).toBe(true);
  });
});

async function completeElsewhere({ key, uploadId }: SavedUpload): Promise<void> {
  const { store } = stack.deps;
  const parts = await listParts(store, { key, uploadId });
  const crc = createCrc64Nvme();
  crc.update(BYTES);
  const done = completeMultipartUpload(store, {
    key,
    uploadId,
    parts,
    sizeBytes: BYTES.length,
    checksum: { algorithm: "CRC64NVME", value: crc.digest() },
    overwrite: false,
  });
  await done.catch(() => undefined); // the other was faster
}
