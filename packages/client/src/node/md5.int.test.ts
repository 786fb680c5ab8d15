import { createHash, randomFillSync } from "node:crypto";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { createKeyId, MiB } from "@waybill/core";
import { listMultipartUploads } from "@waybill/core/s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFaultProxy, type FaultProxy } from "../testing/fault-proxy.ts";
import { openStack } from "../testing/open-stack.ts";
import { createFileJournal, createWaybillClient, type WaybillClient } from "./index.ts";

/* A store that refuses every header of additional checksums, as some do. */
let stack: Awaited<ReturnType<typeof openStack>>;
let api: FaultProxy;
let client: WaybillClient;
let folder: string;
let path: string;
const BYTES = randomFillSync(Buffer.alloc(17 * MiB)); // 5, 5, 5 and 2 MiB
const PART = { partSizeBytes: 5 * MiB };
/** Nothing is sent a second time because it was slow. */
const IN_TURN = { ...PART, concurrency: 1 };

beforeAll(async () => {
  stack = await openStack({ checksums: "refused", integrity: "MD5" });
  api = await createFaultProxy(stack.url);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});
beforeEach(async () => {
  folder = await mkdtemp(join(stack.folder, "md5-"));
  path = join(folder, "file.bin");
  await writeFile(path, BYTES);
  client = newClient();
});
afterEach(() => {
  stack.proxy.decide = () => undefined;
  stack.proxy.seen = [];
  api.seen = [];
  stack.client.middlewareStack.remove("beforeFirst");
  client[Symbol.dispose]();
});

function newClient(): WaybillClient {
  const journal = createFileJournal(join(folder, "journal"));
  return createWaybillClient({ url: api.endpoint, patienceMs: 0, journal });
}

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();
/** What an object of these bytes, cut into such parts, must have. */
function checksumOf(bytes: Uint8Array, partSizeBytes = 5 * MiB) {
  const count = Math.ceil(bytes.length / partSizeBytes);
  if (count <= 1) return { algorithm: "MD5", value: md5(bytes).toString("base64") };
  const cut = (index: number) => bytes.subarray(index * partSizeBytes, (index + 1) * partSizeBytes);
  const digests = Array.from({ length: count }, (_, index) => md5(cut(index)));
  return {
    algorithm: "MD5",
    value: `${md5(Buffer.concat(digests)).toString("base64")}-${count}`,
    partSizeBytes,
  };
}

const puts = () => stack.proxy.seen.filter((line) => line.startsWith("PUT "));
const partNumber = (url: string) => Number(/partNumber=(\d+)/.exec(url)?.[1]);

/** Numbers of the parts that were sent. */
const sentParts = () =>
  puts()
    .map(partNumber)
    .toSorted((a, b) => a - b);

/** Do something before the first request of the API of this kind. */
function beforeFirst(
  command: string,
  run: (input: { Key?: string | undefined; UploadId?: string | undefined }) => Promise<void>,
): void {
  let isFirst = true;
  stack.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === command && isFirst) {
          isFirst = false;
          const { input } = args;
          await run({
            Key: "Key" in input ? input.Key : undefined,
            UploadId: "UploadId" in input ? input.UploadId : undefined,
          });
        }
        return next(args);
      },
    { step: "initialize", name: "beforeFirst" },
  );
}

describe("an upload to a store that has MD5s alone", () => {
  it.each([0, 1, 5 * MiB, 5 * MiB + 1, BYTES.length])("of %d bytes is proven by its ETag", async (size) => {
    const bytes = BYTES.subarray(0, size);
    await writeFile(path, bytes);
    const { key, checksum } = await client.upload(path, PART);
    expect(checksum).toEqual(checksumOf(bytes));
    const to = join(folder, "back.bin");
    expect(await client.download(key, to)).toMatchObject({ verified: true, checksum });
    expect((await readFile(to)).equals(bytes)).toBe(true);
    const chunks: Uint8Array[] = [];
    const streamed = await client.download(key, async (chunk) => void chunks.push(Buffer.from(chunk)));
    expect(streamed).toMatchObject({ verified: true, checksum });
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  it("has its first parts signed in one round trip, but for the very first upload of a client", async () => {
    const calls = () => api.seen.splice(0).map((line) => line.replace(/\?.*/, ""));
    await writeFile(path, "small");
    await client.upload(path);
    expect(calls()).toEqual(["POST /uploads.create", "POST /uploads.sign", "POST /uploads.complete"]);
    await client.upload(path);
    expect(calls()).toEqual(["POST /uploads.create", "POST /uploads.complete"]);
  });

  it("sends again a part that another bit arrived in", async () => {
    let left = 2;
    stack.proxy.decide = ({ url }) => (partNumber(url) === 2 && left-- > 0 ? { kind: "corrupt" } : undefined);
    expect((await client.upload(path, IN_TURN)).checksum).toEqual(checksumOf(BYTES));
    expect(sentParts()).toEqual([1, 2, 2, 2, 3, 4]);
  });

  it("goes on where it broke off, and sends again what the store holds with other bytes", async () => {
    stack.proxy.decide = ({ url }) => (partNumber(url) === 4 ? { kind: "answer", status: 503 } : undefined);
    const broken = client.startUpload(path, { ...IN_TURN, keepPartial: true });
    await expect(broken.result).rejects.toMatchObject({ code: "STORAGE_BUSY" });
    stack.proxy.decide = () => undefined;
    stack.proxy.seen = [];
    const { state } = broken;
    const { key: Key, uploadId: UploadId } =
      (state.phase === "failed" ? state.saved : undefined) ?? expect.fail();
    const { client: s3, bucket: Bucket } = stack.direct;
    const Body = Buffer.alloc(5 * MiB);
    await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 2, Body }));
    using second = newClient();
    const result = await second.upload(path, { ...PART, keepPartial: true });
    expect(result).toMatchObject({ key: Key, checksum: checksumOf(BYTES), resumedBytes: 15 * MiB });
    expect(sentParts()).toEqual([2, 4]);
  });

  it("mends before it publishes what was replaced after it was acknowledged", async () => {
    const { client: s3, bucket: Bucket } = stack.direct;
    const transfer = client.startUpload(path, IN_TURN);
    beforeFirst("ListPartsCommand", async ({ Key, UploadId }) => {
      const Body = Buffer.alloc(5 * MiB);
      await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body }));
    });
    expect((await transfer.result).checksum).toEqual(checksumOf(BYTES));
    expect(sentParts()).toEqual([1, 1, 2, 3, 4]);
  });

  it("is no success when what was published is something else", async () => {
    const { client: s3, bucket: Bucket } = stack.direct;
    await writeFile(path, "hello");
    const { store } = stack.deps;
    const { send } = store;
    store.send = async (request) => {
      store.send = send;
      await s3.send(new PutObjectCommand({ Bucket, Key: request.key, Body: "hallo" }));
      return send(request);
    };
    await expect(client.upload(path)).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
  });

  it("finds what an earlier run has finished, though it had cut it into other parts", async () => {
    const folderPlace = { id: createKeyId(new Date()), path: "file.bin" };
    const first = await client.upload(path, { partSizeBytes: 6 * MiB, folder: folderPlace });
    stack.proxy.seen = [];
    const found = await client.upload(path, { ...PART, folder: folderPlace, mayBeThere: true });
    expect(found).toMatchObject({ key: first.key, checksum: first.checksum, partCount: 3 });
    expect(first.checksum).toEqual(checksumOf(BYTES, 6 * MiB));
    expect(puts()).toEqual([]);
    await writeFile(path, Buffer.alloc(BYTES.length));
    const other = client.upload(path, { ...PART, folder: folderPlace, mayBeThere: true });
    await expect(other).rejects.toMatchObject({ code: "OBJECT_EXISTS" });
  });

  it("leaves no upload open", async () => {
    await client.upload(path, PART);
    const { uploads } = await listMultipartUploads(stack.direct.store, { prefix: "", limit: 10 });
    expect(uploads).toEqual([]);
  });
});

describe("a download from a store that has MD5s alone", () => {
  /** As another client would have stored it. */
  async function storeParts(sizes: readonly number[]): Promise<string> {
    const { client: s3, bucket: Bucket } = stack.direct;
    const Key = `files/alice/${createKeyId(new Date())}/foreign.bin`;
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    let start = 0;
    for (const [index, size] of sizes.entries()) {
      const part = { Bucket, Key, UploadId, PartNumber: index + 1 };
      const { ETag } = await s3.send(
        new UploadPartCommand({ ...part, Body: BYTES.subarray(start, (start += size)) }),
      );
      Parts.push({ PartNumber: index + 1, ETag });
    }
    const MultipartUpload = { Parts };
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
    return Key;
  }

  it("mends a file in which a bit is another", async () => {
    const { key, checksum } = await client.upload(path, PART);
    let ranges = 0;
    stack.proxy.decide = ({ method }) =>
      method === "GET" && ++ranges === 2 ? { kind: "corrupt-answer" } : undefined;
    const to = join(folder, "back.bin");
    expect(await client.download(key, to)).toMatchObject({ verified: true, checksum });
    expect((await readFile(to)).equals(BYTES)).toBe(true);
    expect(ranges).toBeGreaterThan(4);
  });

  it("fails when a bit is another each time, in a file as in a stream", async () => {
    const { key } = await client.upload(path, PART);
    stack.proxy.decide = ({ method }) => (method === "GET" ? { kind: "corrupt-answer" } : undefined);
    const failed = client.download(key, join(folder, "back.bin"));
    await expect(failed).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
    expect(await readdir(folder)).not.toContain("back.bin");
    const streamed = client.download(key, async () => {});
    await expect(streamed).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
  });

  it("goes on with what an earlier one has left, proven by its MD5", async () => {
    const { key, checksum } = await client.upload(path, PART);
    let ranges = 0;
    stack.proxy.decide = ({ method }) =>
      method === "GET" && ++ranges > 2 ? { kind: "answer", status: 503 } : undefined;
    const to = join(folder, "back.bin");
    const options = { keepPartial: true, concurrency: 1 };
    await expect(client.download(key, to, options)).rejects.toMatchObject({ code: "STORAGE_BUSY" });
    stack.proxy.decide = () => undefined;
    stack.proxy.seen = [];
    expect(await client.download(key, to, options)).toMatchObject({ verified: true, checksum });
    expect(stack.proxy.seen.filter((line) => line.startsWith("GET "))).toHaveLength(2);
    expect((await readFile(to)).equals(BYTES)).toBe(true);
  });

  it.each([
    ["in one piece", [BYTES.length]],
    ["in equal parts", [6 * MiB, 6 * MiB, 5 * MiB]],
  ])("proves what others have stored %s", async (_, sizes) => {
    const { client: s3, bucket: Bucket } = stack.direct;
    const key = await storeParts(sizes);
    if (sizes.length === 1) await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: BYTES }));
    const expected = { verified: true, checksum: checksumOf(BYTES, sizes[0]) };
    const to = join(folder, "back.bin");
    expect(await client.download(key, to)).toMatchObject(expected);
    expect((await readFile(to)).equals(BYTES)).toBe(true);
    expect(await client.download(key, async () => {})).toMatchObject(expected);
  });

  it("brings what nothing proves, and says so", async () => {
    const key = await storeParts([5 * MiB, 7 * MiB, 5 * MiB]);
    const expected = { verified: false, checksum: { algorithm: "CRC64NVME" } };
    const to = join(folder, "back.bin");
    expect(await client.download(key, to)).toMatchObject(expected);
    expect((await readFile(to)).equals(BYTES)).toBe(true);
    expect(await client.download(key, async () => {})).toMatchObject(expected);
  });
});
