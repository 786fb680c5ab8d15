import { createHash, randomFillSync } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { Integrity, MiB, sleep, WaybillError } from "@waybill/core";
import { listMultipartUploads } from "@waybill/core/s3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEngineDeps } from "../engine/engine-deps.ts";
import { createWholeChecksum } from "../engine/whole-checksum.ts";
import { startUpload } from "../engine/upload.ts";
import { createFaultProxy, type Fault, type FaultProxy } from "../testing/fault-proxy.ts";
import { openStack } from "../testing/open-stack.ts";
import { openFileSource } from "./file-source.ts";
import { createMd5 } from "./create-md5.ts";
import { createHttpTransport } from "./http-transport.ts";

/*
 * Several files at once, while faults strike at random: never a wrong object, never a false success, never a
 * hang, nothing left open, and not much sent twice.
 *
 *   SCHEDULES=2000 SCHEDULE_MIB=200 npx vitest run schedules     the long run
 *   SCHEDULE_INTEGRITY=MD5 npx vitest run schedules              on a store that has MD5s alone
 *   FC_SEED=… npx vitest run schedules                           the same once more
 */
const RUNS = Number(process.env["SCHEDULES"] ?? 100);
const LARGEST = Number(process.env["SCHEDULE_MIB"] ?? 12) * MiB;
/** By what all uploads are proven, `CRC64NVME` or `MD5`; by MD5 in every third schedule when it is left out. */
const INTEGRITY = process.env["SCHEDULE_INTEGRITY"];
const MOSTLY_CRC = ["CRC64NVME", "CRC64NVME", "MD5"] as const;
const PART = 5 * MiB;
/** A schedule that takes longer has hung. */
const SCHEDULE_MS = 90_000;

/** An API, its store, and proxies before both: one that has CRC64NVMEs, and one that refuses all but MD5s. */
interface Rig {
  stack: Awaited<ReturnType<typeof openStack>>;
  apiProxy: FaultProxy;
}
const rigs = new Map<Integrity, Rig>();
let noise: Buffer;
let files = 0;

beforeAll(async () => {
  for (const integrity of Integrity.options) {
    const stack = await openStack({ checksums: integrity === "MD5" ? "refused" : "kept", integrity });
    rigs.set(integrity, { stack, apiProxy: await createFaultProxy(stack.url) });
  }
  noise = randomFillSync(Buffer.alloc(LARGEST + 1));
});
afterAll(async () => {
  for (const { stack, apiProxy } of rigs.values()) {
    await apiProxy[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  }
});

const xml = (code: string, message = code) =>
  `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
const afterBytes = fc.integer({ min: 0, max: PART });

const storeFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    { kind: "answer", status: 500, body: xml("InternalError") },
    { kind: "answer", status: 503, body: xml("SlowDown") },
    { kind: "answer", status: 503 },
    { kind: "answer", status: 400, body: xml("RequestTimeout") },
    { kind: "answer", status: 403, body: xml("AccessDenied", "Request has expired") },
    { kind: "answer", status: 400, body: xml("ExpiredToken") },
    { kind: "lose-answer" },
    { kind: "corrupt" },
    { kind: "stall" },
  ),
  fc.record({ kind: fc.constant("reset"), afterBytes }),
);
const apiFault = fc.constantFrom<Fault>(
  { kind: "answer", status: 503, body: "{}" },
  { kind: "answer", status: 502, body: "<html>" },
  { kind: "reset", afterBytes: 0 },
  { kind: "lose-answer" },
);
const struck = <T>(fault: fc.Arbitrary<T>) => fc.record({ request: fc.integer({ min: 0, max: 30 }), fault });
const sizeBytes = fc.oneof(
  fc.constantFrom(0, 1, PART - 1, PART, PART + 1, 2 * PART),
  fc.integer({ min: 0, max: 64 * 1024 }),
  fc.integer({ min: PART, max: LARGEST }),
);
const schedule = fc.record({
  integrity:
    INTEGRITY === undefined ? fc.constantFrom(...MOSTLY_CRC) : fc.constant(Integrity.parse(INTEGRITY)),
  sizes: fc.array(sizeBytes, { minLength: 1, maxLength: 3 }),
  store: fc.array(struck(storeFault), { maxLength: 6 }),
  api: fc.array(struck(apiFault), { maxLength: 3 }),
  /** Which file somebody cancels, if any, and after how many bytes. */
  cancel: fc.option(fc.record({ file: fc.nat(2), afterBytes: fc.nat(2 * PART) }), { freq: 4 }),
});

it(
  `ends in the exact bytes or in one clear error, under ${RUNS} schedules of faults`,
  async () => {
    const survives = fc.asyncProperty(schedule, async (plan) => {
      const { signal } = new AbortController();
      const late = sleep(SCHEDULE_MS, signal).then(() => {
        throw new Error("It hangs.");
      });
      await Promise.race([runSchedule(plan), late]);
    });
    await expect(fc.assert(survives, { numRuns: RUNS, endOnFailure: true })).resolves.toBeUndefined();
  },
  RUNS * SCHEDULE_MS,
);

type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

async function runSchedule({ integrity, sizes, store, api, cancel }: Schedule): Promise<void> {
  const rig = rigs.get(integrity) ?? expect.fail();
  const { stack, apiProxy } = rig;
  stack.proxy.putBytes = 0;
  const hits = arm(stack.proxy, store);
  const apiHits = arm(apiProxy, api);
  const { transport, close } = createHttpTransport();
  const options = { url: apiProxy.endpoint, stallMs: 1500, callTimeoutMs: 5000, patienceMs: 30_000 };
  const loadMd5 = async () => ({ createMd5 });
  const wholeChecksum = createWholeChecksum(loadMd5);
  const platform = { maxRequests: 6, whenOnline: () => undefined, loadMd5, wholeChecksum };
  // Pauses pass fifty times as fast as they would; sockets take the time that they take.
  const deps = {
    ...createEngineDeps(options, platform),
    sleep: (ms: number, signal?: AbortSignal) => sleep(ms / 50, signal),
  };
  const sources = await Promise.all(sizes.map((size) => writeSource(stack.folder, size)));
  const keys = new Set<string>();
  try {
    const uploads = sources.map(async ({ path, digest }, index) => {
      const upload = startUpload(deps, () => openFileSource(path), transport, { partSizeBytes: PART });
      const cancelAfter = cancel?.file === index ? cancel.afterBytes : Infinity;
      let cancelling: Promise<void> | undefined;
      upload.subscribe((event) => {
        if (event.type === "progress" && event.progress.transferredBytes >= cancelAfter)
          cancelling ??= upload.cancel();
      });
      const result = await upload.result.catch((error: Error) => error);
      await cancelling;
      if (cancelling !== undefined && result instanceof WaybillError)
        return expect(result.code).toBe("ABORTED");
      if (result instanceof Error) throw result;
      const { key, checksum } = result;
      keys.add(key);
      expect(checksum.algorithm).toBe(integrity);
      return expect(await digestInStore(rig, key)).toBe(digest);
    });
    await Promise.all(uploads);
    disarm(rig);
    expect(await openUploads(rig)).toEqual([]);
    // A single PUT may have arrived just before it was cancelled.
    if (cancel === null) expect(await keysInStore(rig)).toEqual(keys);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(stack.proxy.putBytes).toBeLessThanOrEqual(
      total + (hits() + apiHits() + deps.traffic.maxRequests) * PART,
    );
  } finally {
    disarm(rig);
    close();
    await emptyStore(rig);
    await Promise.all(sources.map(({ path }) => rm(path)));
  }
}

/** Each fault strikes the request of its number, of all that come from now on. @returns how many have struck */
function arm(proxy: FaultProxy, faults: readonly { request: number; fault: Fault }[]): () => number {
  const byRequest = new Map(faults.map(({ request, fault }) => [request, fault]));
  let requests = 0;
  let hits = 0;
  proxy.decide = ({ url }) => {
    const fault = byRequest.get(requests++);
    // The server signs for itself anew with every request: nothing of it has an end.
    if (fault === undefined || (isExpiry(fault) && !url.includes("X-Amz-Expires"))) return undefined;
    hits += 1;
    return fault;
  };
  return () => hits;
}

function isExpiry(fault: Fault): boolean {
  return fault.kind === "answer" && fault.body?.includes("has expired") === true;
}

function disarm({ stack, apiProxy }: Rig): void {
  stack.proxy.decide = () => undefined;
  apiProxy.decide = () => undefined;
}

async function writeSource(folder: string, size: number): Promise<{ path: string; digest: string }> {
  const path = join(folder, `source-${++files}.bin`);
  const start = files % (noise.length - size); // so that no two are the same
  const bytes = noise.subarray(start, start + size);
  await using handle = await open(path, "w");
  await handle.writeFile(bytes);
  return { path, digest: createHash("sha256").update(bytes).digest("hex") };
}

async function digestInStore({ stack }: Rig, key: string): Promise<string> {
  const { client, bucket } = stack.direct;
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const hash = createHash("sha256");
  for await (const chunk of Body as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest("hex");
}

async function keysInStore({ stack }: Rig): Promise<Set<string>> {
  const { client, bucket } = stack.direct;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return new Set(Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
}

async function emptyStore(rig: Rig): Promise<void> {
  const { client, bucket } = rig.stack.direct;
  for (const Key of await keysInStore(rig))
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
}

const openUploads = async ({ stack }: Rig) =>
  (await listMultipartUploads(stack.direct.store, { prefix: "", limit: 1000 })).uploads;
