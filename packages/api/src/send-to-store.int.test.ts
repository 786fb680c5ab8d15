import { randomUUID } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { findText, headObject, putText } from "@waybill/core/s3";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openApi } from "./testing/open-api.ts";

/* Whether what is sent without the SDK is right is for the stand-in to say: it checks signatures and digests by code of its own. */

let api: Awaited<ReturnType<typeof openApi>>;
beforeAll(async () => {
  api = await openApi();
});
afterEach(() => {
  api.faults.removeAll();
  api.faults.shiftClock(0);
});
afterAll(() => api[Symbol.asyncDispose]());

const contentType = "text/plain;charset=utf-8";
const write = (key: string, text: string, replaces?: string) =>
  putText(api.deps.store, { key, text, contentType, replaces });
const read = (key: string) => findText(api.deps.store, key);

const key = fc
  .array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join("/"))
  .filter((rest) => !rest.split("/").some((segment) => segment === "." || segment === ".." || segment === ""))
  .map((rest) => `${randomUUID()}/${rest}`);

describe("a request without the SDK", () => {
  it("writes and reads what the SDK reads, whatever key and text", async () => {
    const { client, bucket: Bucket } = api.direct;
    const text = fc.string({ unit: "grapheme", maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(key, text, async (Key, stored) => {
        expect(await read(Key)).toBeUndefined();
        const eTag = await write(Key, stored);
        expect(await read(Key)).toEqual({ text: stored, eTag });
        const { Body, ETag, ContentType } = await client.send(new GetObjectCommand({ Bucket, Key }));
        expect([await Body?.transformToString(), ETag, ContentType]).toEqual([stored, eTag, contentType]);
        const described = await headObject(api.deps.store, Key);
        expect(described).toMatchObject({ key: Key, eTag, sizeBytes: Buffer.byteLength(stored) });
      }),
      { numRuns: 40 },
    );
  });

  it("replaces nothing but what its writer has seen", async () => {
    const first = (await write("k", "1")) ?? expect.fail();
    expect(await write("k", "2")).toBeUndefined();
    const second = (await write("k", "2", first)) ?? expect.fail();
    expect(await write("k", "3", first)).toBeUndefined();
    expect(await read("k")).toEqual({ text: "2", eTag: second });
    expect(await write("nothing", "1", first)).toBeUndefined();
  });

  it.each([
    { kind: "error", code: "SlowDown" },
    { kind: "error", code: "InternalError" },
    { kind: "reset" },
  ] as const)("is sent three times in the face of %j", async (action) => {
    const eTag = await write(randomUUID(), "other");
    const name = randomUUID();
    const twice = api.faults.inject({ match: { operation: "PutObject" }, action, count: 2 });
    expect(await write(name, "text")).not.toBe(eTag);
    expect(twice.hits).toBe(2);
    const thrice = api.faults.inject({ match: { operation: "GetObject" }, action, count: 3 });
    await expect(read(name)).rejects.toMatchObject({
      code: action.kind === "error" ? "STORAGE_BUSY" : "STORAGE_UNREACHABLE",
    });
    expect(thrice.hits).toBe(3);
    expect(await read(name)).toMatchObject({ text: "text" });
  });

  it("is sent once where the store denies it, and says why", async () => {
    const action = { kind: "error", code: "AccessDenied" } as const;
    const fault = api.faults.inject({ match: { operation: "GetObject" }, action });
    await expect(read("secret-key")).rejects.toMatchObject({
      code: "STORAGE_DENIED",
      message: "The store refused to read an object: AccessDenied (HTTP 403).",
    });
    expect(fault.hits).toBe(1);
  });

  it("goes by the store's clock where this machine's is wrong", async () => {
    const name = randomUUID();
    for (const byMs of [3600_000, -3600_000]) {
      api.faults.shiftClock(byMs);
      const before = await read(name);
      expect(await write(name, String(byMs), before?.eTag)).toBeDefined();
      api.faults.shiftClock(-byMs / 2);
      expect(await headObject(api.deps.store, name)).toMatchObject({ key: name }); // whose refusals have no body
    }
  });
});
