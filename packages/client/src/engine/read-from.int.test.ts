import { createCrc64Nvme } from "@waybill/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checksumOfBytes } from "../testing/checksum-of-bytes.ts";
import { createFaultyStore, type AnswerFault, type FaultyStore } from "../testing/faulty-store.ts";
import { quickDeps } from "../testing/quick-deps.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import { createArrivingRange } from "./arriving-range.ts";
import { createGrantKeeper } from "./grant-keeper.ts";
import { readFrom } from "./read-from.ts";
import { receiveRange } from "./receive-range.ts";

const SIZE = 200 * 1024;
const RANGE = { start: 1000, end: 150_001 };
const random = seededRandom(1);
const OBJECT = Buffer.from(Uint8Array.from({ length: SIZE }, () => random.below(256)));
const EXPIRED = `<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>`;

let store: FaultyStore;
beforeEach(async () => {
  store = await createFaultyStore(OBJECT);
});
afterEach(() => store[Symbol.asyncDispose]());

/** Bring the range with fetch, as browsers do; the nth request meets the nth fault. */
async function bring(...faults: (AnswerFault | undefined)[]): Promise<Buffer> {
  store.decide = ({ index }) => faults[index];
  const grant = {
    object: {
      key: "object",
      fileName: "object",
      contentType: "application/octet-stream",
      metadata: {},
      sizeBytes: SIZE,
      eTag: store.object.eTag,
      checksum: null,
      lastModified: new Date(0).toISOString(),
    },
    request: { method: "GET" as const, url: store.url, headers: {} },
    route: "presigned" as const,
  };
  const deps = quickDeps();
  const { signal } = new AbortController();
  const chunks: Buffer[] = [];
  const write = async (bytes: Uint8Array) => void chunks.push(Buffer.from(bytes));
  const arriving = createArrivingRange(RANGE, { write }, createCrc64Nvme());
  let taken = 0;
  await receiveRange(
    {
      deps,
      signal,
      grants: createGrantKeeper(grant, { regrant: async () => grant }),
      onWait: () => {},
      onTaken: (bytes) => (taken += bytes),
      async receiveOnce({ request, wanted: { range, sizeBytes, eTag }, deliver }) {
        const until = { end: range.end, sizeBytes };
        const { stallMs } = deps;
        for await (const chunk of readFrom({ request, eTag, start: range.start, until, stallMs, signal }))
          await deliver(chunk);
      },
    },
    arriving,
    { sizeBytes: SIZE, eTag: '"1"' },
  );
  const bytes = Buffer.concat(chunks);
  expect(taken).toBe(bytes.length);
  expect(arriving.checksum()).toBe(checksumOfBytes(bytes));
  return bytes;
}

const DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
const wanted = OBJECT.subarray(RANGE.start, RANGE.end);

describe("a range that is read with fetch", () => {
  it.each<[string, AnswerFault[]]>([
    ["cut off", [{ kind: "cut", afterBytes: 50_000 }]],
    [
      "reset, and reset again",
      [
        { kind: "reset", afterBytes: 70_000 },
        { kind: "reset", afterBytes: 10 },
      ],
    ],
    ["stalled", [{ kind: "stall", afterBytes: 30_000 }]],
    ["refused for the moment", [{ kind: "refuse", status: 503, headers: { "retry-after": "0" } }]],
    ["refused as expired", [{ kind: "refuse", status: 403, body: EXPIRED }]],
    ["refused, until it was signed anew", [{ kind: "refuse", status: 403, body: DENIED }]],
  ])("is whole when its answer was %s", async (_, faults) => {
    expect((await bring(...faults)).equals(wanted)).toBe(true);
  });

  it("asks only for what is missing", async () => {
    await bring({ kind: "cut", afterBytes: 50_000 });
    expect(store.ranges[0]).toBe("bytes=1000-150000");
    const [, start = "", end] = /^bytes=(\d+)-(\d+)$/.exec(store.ranges[1] ?? "") ?? [];
    expect(Number(start)).toBeGreaterThan(1000);
    expect(end).toBe("150000");
  });

  it.each<[string, AnswerFault, string]>([
    ["the whole object", { kind: "whole" }, "STORAGE_DENIED"],
    ["another range", { kind: "head", headers: { "content-range": "bytes 0-1/2" } }, "STORAGE_DENIED"],
    ["another version", { kind: "refuse", status: 412 }, "OBJECT_CHANGED"],
    ["an object that is shorter now", { kind: "refuse", status: 416 }, "OBJECT_CHANGED"],
    ["a refusal", { kind: "refuse", status: 403, body: DENIED }, "STORAGE_DENIED"],
  ])("is refused when the answer is %s, twice", async (_, fault, code) => {
    await expect(bring(fault, fault)).rejects.toMatchObject({ code });
  });
});
