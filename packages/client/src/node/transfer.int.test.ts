import { createHash, randomFillSync } from "node:crypto";
import { mkdtemp, readdir, readFile, readlink, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { MiB, WaybillError } from "@waybill/core";
import { listMultipartUploads } from "@waybill/core/s3";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Progress } from "../engine/progress.ts";
import type { Fault } from "../testing/fault-proxy.ts";
import { openStack } from "../testing/open-stack.ts";
import { createWaybillClient, type WaybillClient } from "./index.ts";

let stack: Awaited<ReturnType<typeof openStack>>;
let client: WaybillClient;
const TWENTY = randomFillSync(Buffer.alloc(20 * MiB)); // 8, 8 and 4 MiB
const EXPIRED = `<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>`;
const DENIED = `<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`;

beforeAll(async () => {
  stack = await openStack();
  client = createWaybillClient({ url: stack.url, stallMs: 700 });
});
afterAll(async () => {
  client[Symbol.dispose]();
  await stack[Symbol.asyncDispose]();
});
afterEach(() => {
  vi.unstubAllEnvs();
  stack.proxy.decide = () => undefined;
  stack.proxy.seen = [];
  stack.asked.splice(0);
});

/** The fault strikes the first `times` requests that match, and no other; answers how many are still to be struck. */
function strike(match: RegExp, fault: Fault, times = 1): () => number {
  let left = times;
  stack.proxy.decide = ({ method, url }) => {
    if (left === 0 || !match.test(`${method} ${url}`)) return undefined;
    left -= 1;
    return fault;
  };
  return () => left;
}

const PART_2 = /^PUT .*partNumber=2/;
const ANY_PUT = /^PUT /;

async function fileOf(bytes: Uint8Array, name = "file.bin"): Promise<string> {
  const path = join(stack.folder, name);
  await writeFile(path, bytes);
  return path;
}

async function stored(key: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await client.download(key, async (chunk) => void chunks.push(Buffer.from(chunk)));
  return Buffer.concat(chunks);
}

async function openUploads() {
  return (await listMultipartUploads(stack.deps.store, { prefix: "", limit: 1000 })).uploads;
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("upload and download", () => {
  it.each([0, 1, 5 * MiB, 5 * MiB + 1, 16 * MiB, 16 * MiB + 1, 20 * MiB])(
    "bring back %d bytes",
    async (size) => {
      const bytes = TWENTY.subarray(0, size);
      const { key, checksum, partCount } = await client.upload(await fileOf(bytes));
      expect(partCount).toBe(size > 16 * MiB ? 3 : 1);
      const path = join(stack.folder, "back.bin");
      const result = await client.download(key, path);
      expect(result).toMatchObject({ sizeBytes: size, verified: true, checksum });
      expect(digest(await readFile(path))).toBe(digest(bytes));
    },
  );

  it.each([
    "a b.txt",
    "한국어.txt",
    "📦.txt",
    `"quoted" 'name'.txt`,
    "%2F.txt",
    "a+b.txt",
    "#1.txt",
    "x".repeat(255),
    "{signature}.txt",
  ])("bring back the name %j", async (fileName) => {
    const { key } = await client.upload(await fileOf(Buffer.from("x")), { fileName });
    const head = await client.call((api) => api.objects.head.query({ key }));
    expect(head.fileName).toBe(fileName);
    expect((await stored(key)).toString()).toBe("x");
  });

  it("take a stream of unknown length, and leave no spool behind", async () => {
    const ownTemporary = await mkdtemp(join(stack.folder, "tmp-")); // others use the machine's
    vi.stubEnv("TMPDIR", ownTemporary);
    const { key, sizeBytes } = await client.upload(Readable.from([TWENTY, Buffer.from("end")]), {
      fileName: "s",
    });
    expect(sizeBytes).toBe(20 * MiB + 3);
    expect(digest(await stored(key))).toBe(digest(Buffer.concat([TWENTY, Buffer.from("end")])));
    expect(await readdir(ownTemporary)).toEqual([]);
  });

  it("report progress that never goes back and ends at the whole", async () => {
    strike(PART_2, { kind: "reset", afterBytes: 2 * MiB });
    const progress: Progress[] = [];
    await client.upload(await fileOf(TWENTY), { onProgress: (step) => progress.push(step) });
    const bytes = progress.map(({ transferredBytes }) => transferredBytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toMatchObject({
      transferredBytes: 20 * MiB,
      totalBytes: 20 * MiB,
      secondsLeft: 0,
    });
  });
});

describe("a small upload", () => {
  const requests = () => stack.proxy.seen.map((request) => request.split(" ", 1).join());

  it("is proven by the store's answer to it, and asks for nothing more", async () => {
    const options = { contentType: "text/x-note", metadata: { "made-by": "test" } };
    const result = await client.upload(await fileOf(Buffer.from("small"), "n.txt"), options);
    expect([stack.asked, requests()]).toEqual([["/uploads.create"], ["PUT"]]);
    const { lastModified: _, ...head } = await client.call((api) =>
      api.objects.head.query({ key: result.key }),
    );
    expect(result).toMatchObject(head);
  });

  it("is looked at where the answer does not tell what it proves", async () => {
    strike(ANY_PUT, { kind: "hide-checksum" });
    const { key } = await client.upload(await fileOf(Buffer.from("small")));
    expect([stack.asked, requests()]).toEqual([
      ["/uploads.create", "/uploads.complete"],
      ["PUT", "HEAD"],
    ]);
    expect((await stored(key)).toString()).toBe("small");
  });

  it("is sent again where somebody else than the store acknowledged it", async () => {
    strike(ANY_PUT, { kind: "answer", status: 200 });
    const { key } = await client.upload(await fileOf(Buffer.from("small")));
    expect((await stored(key)).toString()).toBe("small");
  });

  it("asks together with others that begin, and fails alone", async () => {
    const files = Array.from({ length: 24 }, (_, index) => fileOf(Buffer.from(`${index}`), `${index}`));
    const ends = await Promise.allSettled(
      (await Promise.all(files)).map((file, index) =>
        client.upload(file, index === 17 ? { contentType: "none" } : {}),
      ),
    );
    const keys = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value.key] : []));
    const bodies = await Promise.all(keys.map(stored));
    expect(bodies.map(String)).toEqual(
      Array.from({ length: 24 }, (_, index) => `${index}`).filter((name) => name !== "17"),
    );
    expect(ends[17]).toMatchObject({ reason: { code: "INVALID_INPUT" } });
    expect(stack.asked.filter((path) => path.includes("uploads.create")).length).toBeLessThan(24);
  });
});

describe("an upload survives", () => {
  const faults: [string, RegExp, Fault, number][] = [
    [
      "a busy store",
      PART_2,
      { kind: "answer", status: 503, body: "<Error><Code>SlowDown</Code></Error>" },
      2,
    ],
    ["an internal error", PART_2, { kind: "answer", status: 500 }, 1],
    ["a broken connection", PART_2, { kind: "reset", afterBytes: 3 * MiB }, 2],
    ["a part whose answer is lost", PART_2, { kind: "lose-answer" }, 1],
    ["a part that stalls", PART_2, { kind: "stall" }, 1],
    ["a part that arrives with another bit", PART_2, { kind: "corrupt" }, 1],
    ["a signature that expired", PART_2, { kind: "answer", status: 403, body: EXPIRED }, 1],
    ["a completion whose answer is lost", /^POST .*uploadId=/, { kind: "lose-answer" }, 1],
    [
      "a completion that fails in its 200",
      /^POST .*uploadId=/,
      { kind: "answer", status: 200, body: "<Error><Code>InternalError</Code></Error>" },
      1,
    ],
  ];
  it.each(faults)("%s", async (_, match, fault, times) => {
    const left = strike(match, fault, times);
    const { key } = await client.upload(await fileOf(TWENTY));
    expect(left()).toBe(0);
    expect(digest(await stored(key))).toBe(digest(TWENTY));
    expect(await openUploads()).toEqual([]);
  });

  it("a single PUT whose answer is lost, without writing twice", async () => {
    strike(ANY_PUT, { kind: "lose-answer" });
    const { key } = await client.upload(await fileOf(Buffer.from("once")));
    expect(stack.proxy.seen.filter((line) => ANY_PUT.test(line))).toHaveLength(2);
    expect((await stored(key)).toString()).toBe("once");
  });
});

describe("an upload ends with a clear error", () => {
  it("at once where the store denies it, leaving nothing open", async () => {
    strike(PART_2, { kind: "answer", status: 403, body: DENIED }, 99);
    const failed = client.upload(await fileOf(TWENTY));
    await expect(failed).rejects.toMatchObject({
      code: "STORAGE_DENIED",
      message: "The store refused the bytes: AccessDenied (HTTP 403).",
    });
    expect(stack.proxy.seen.filter((line) => PART_2.test(line))).toHaveLength(1);
    expect(await openUploads()).toEqual([]);
  });

  it("when it is cancelled, leaving nothing open", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const failed = client.upload(await fileOf(TWENTY), {
      signal: controller.signal,
      onProgress: ({ transferredBytes }) => transferredBytes > MiB && controller.abort(reason),
    });
    await expect(failed).rejects.toBe(reason);
    expect(await openUploads()).toEqual([]);
  });

  it("when the file changes under it", async () => {
    const path = await fileOf(TWENTY);
    let changed: Promise<void> | undefined;
    const failed = client.upload(path, { onProgress: () => void (changed ??= truncate(path, 9 * MiB)) });
    await expect(failed).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
    await changed;
    expect(await openUploads()).toEqual([]);
  });

  it("when there is no such file", async () => {
    await expect(client.upload(join(stack.folder, "nope"))).rejects.toMatchObject({
      code: "LOCAL_FILE",
      message: expect.stringContaining("does not exist") as string,
    });
    await expect(client.upload(stack.folder)).rejects.toThrow("is a directory");
  });

  it("when the API cannot be reached", async () => {
    using lost = createWaybillClient({ url: "http://127.0.0.1:1" });
    await expect(lost.upload(await fileOf(Buffer.from("x")))).rejects.toMatchObject({
      code: "API_UNREACHABLE",
      message: "The API at http://127.0.0.1:1 cannot be reached.",
    });
  });
});

describe("a download", () => {
  let key: string;
  beforeAll(async () => {
    ({ key } = await client.upload(await fileOf(TWENTY)));
  });

  const GET = /^GET .*file\.bin/;

  it.each<[string, Fault, number]>([
    ["an answer that breaks off", { kind: "cut-answer", afterBytes: 5 * MiB }, 2],
    ["a busy store", { kind: "answer", status: 503 }, 2],
    ["a store that stalls", { kind: "stall" }, 1],
    ["a signature that expired", { kind: "answer", status: 403, body: EXPIRED }, 1],
  ])("survives %s", async (_, fault, times) => {
    const left = strike(GET, fault, times);
    expect(digest(await stored(key))).toBe(digest(TWENTY));
    expect(left()).toBe(0);
  });

  it("mends a file when one bit is another", async () => {
    const left = strike(GET, { kind: "corrupt-answer" });
    const path = join(stack.folder, "mended.bin");
    await client.download(key, path, { rangeSizeBytes: 3 * MiB });
    expect(left()).toBe(0);
    expect(digest(await readFile(path))).toBe(digest(TWENTY));
  });

  it("leaves no file when one bit is another each time", async () => {
    strike(GET, { kind: "corrupt-answer" }, Infinity);
    const before = await readdir(stack.folder);
    await expect(client.download(key, join(stack.folder, "wrong.bin"))).rejects.toMatchObject({
      code: "CHECKSUM_MISMATCH",
    });
    expect(await readdir(stack.folder)).toEqual(before);
  });

  it("cannot take back what it gave to a function", async () => {
    strike(GET, { kind: "corrupt-answer" });
    await expect(stored(key)).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
  });

  it.each(["a file", "a function"])("into %s is held, and goes on", async (kind) => {
    const path = join(stack.folder, "held.bin");
    const chunks: Buffer[] = [];
    const take = async (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk));
    const isFile = kind === "a file";
    // Half of the first answer comes, and no more: until it is held.
    const left = strike(GET, { kind: "stall-answer", afterBytes: 2 * MiB });
    using patient = createWaybillClient({ url: stack.url });
    const options = { rangeSizeBytes: 4 * MiB, concurrency: 1 };
    const transfer = patient.startDownload(key, isFile ? path : take, options);
    const phases: string[] = [];
    const events = (async () => {
      for await (const event of transfer) if (event.type === "state") phases.push(event.state.phase);
    })();
    await expect.poll(left).toBe(0);
    transfer.pause();
    expect(transfer.state.phase).toBe("paused");
    transfer.resume();
    expect(await transfer.result).toMatchObject({ verified: true, sizeBytes: 20 * MiB });
    await events;
    const finishing = isFile ? ["finishing"] : [];
    expect(phases).toEqual(["preparing", "moving", "paused", "preparing", "moving", ...finishing, "done"]);
    expect(digest(isFile ? await readFile(path) : Buffer.concat(chunks))).toBe(digest(TWENTY));
  });

  it("is refused for an object that is not there", async () => {
    await expect(client.download(`${key}x`, join(stack.folder, "no.bin"))).rejects.toMatchObject({
      code: "OBJECT_NOT_FOUND",
    });
  });

  it("replaces a file only by a whole one", async () => {
    const path = await fileOf(Buffer.from("old"), "kept.bin");
    strike(GET, { kind: "corrupt-answer" }, Infinity);
    await expect(client.download(key, path)).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
    expect(await readFile(path, "utf8")).toBe("old");
    stack.proxy.decide = () => undefined;
    await client.download(key, path, { rangeSizeBytes: 3 * MiB, concurrency: 3 });
    expect(digest(await readFile(path))).toBe(digest(TWENTY));
  });

  it("writes through a link, into names of any length, and never in the place of a device", async () => {
    const real = await fileOf(Buffer.from("old"), `${"한".repeat(80)}.bin`);
    const link = join(stack.folder, "link");
    await symlink(real, link);
    await client.download(key, link);
    expect(await readlink(link)).toBe(real);
    expect(digest(await readFile(real))).toBe(digest(TWENTY));
    await client.download(key, "/dev/null");
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });

  it("asks a consumer that fails no second time, and the store neither", async () => {
    const busy = new WaybillError("STORAGE_BUSY", "The consumer's own.");
    let calls = 0;
    const failed = client.download(key, async () => {
      calls += 1;
      throw busy;
    });
    await expect(failed).rejects.toBe(busy);
    expect(calls).toBe(1);
    expect(stack.proxy.seen.filter((line) => GET.test(line))).toHaveLength(1);
  });

  it.runIf(process.platform === "linux")("says that the disk is full", async () => {
    await expect(client.download(key, "/dev/full")).rejects.toMatchObject({
      code: "LOCAL_FILE",
      message: "The disk is full: /dev/full.",
    });
  });

  it("says when it cannot write", async () => {
    await expect(client.download(key, stack.folder)).rejects.toMatchObject({
      code: "LOCAL_FILE",
      message: `${stack.folder} is a directory.`,
    });
    await expect(client.download(key, join(stack.folder, "no", "folder"))).rejects.toMatchObject({
      code: "LOCAL_FILE",
    });
  });
});
