import { GetObjectCommand } from "@aws-sdk/client-s3";
import { MiB } from "@waybill/core";
import { listMultipartUploads } from "@waybill/core/s3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SWEEP_SCOPE } from "../principal.ts";
import { openApi } from "../testing/open-api.ts";
import { refusedWith } from "../testing/refused-with.ts";

const alice = { id: "alice", scopes: [] };
const bob = { id: "bob", scopes: [] };
const large = { fileName: "large.bin", sizeBytes: 20 * MiB };
const small = { fileName: "small.bin", sizeBytes: 1000 };

/** Writes of counts. */
const RECORDS = { operation: "PutObject", key: { prefix: ".waybill/limits/" } };
const FAULTS = [
  { kind: "error", code: "ConditionalRequestConflict" },
  { kind: "loseAnswer" },
  { kind: "delay", delayMs: 5 },
] as const;

describe("limits that are counted in the store", () => {
  it("are not passed by many instances at once, whatever becomes of their writes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 2 ** 32 - 1 }), async (seed) => {
        const limits = { requestsPerMinute: 40, bytesPerDay: 300 * MiB, openUploads: 4 };
        await using api = await openApi({ limits });
        api.clock.aheadMs = 60_000 - (Date.now() % 60_000); // lest the minute ends while it is counted
        const seeds = { probability: 0.1, seed };
        for (const action of FAULTS) api.faults.inject({ match: RECORDS, ...seeds, action });
        const action = { kind: "error", code: "SlowDown" } as const;
        api.faults.inject({ match: RECORDS, afterRequests: seed % 8, count: 1, action });
        let requests = 0;
        let bytes = 0;
        const instances = Array.from({ length: 6 }, () => ({ ...api.deps, limits: api.otherLimits() }));
        const attempts = instances.flatMap((deps, index) => {
          const limited = deps.limits;
          return [
            ...Array.from({ length: 10 }, () => limited.countRequest(alice).then(() => (requests += 1))),
            ...Array.from({ length: 3 }, async () => {
              const sizeBytes = (20 + index) * MiB;
              await limited.beginUpload(alice, { sizeBytes, uploadId: undefined });
              bytes += sizeBytes;
            }),
            api.as(bob, deps).uploads.create(large),
          ];
        });
        await Promise.allSettled(attempts);
        expect(requests).toBeGreaterThan(0);
        expect(requests).toBeLessThanOrEqual(limits.requestsPerMinute);
        expect(bytes).toBeLessThanOrEqual(limits.bytesPerDay);
        const { uploads } = await listMultipartUploads(api.direct.store, {
          prefix: "files/bob/",
          limit: 100,
        });
        expect(uploads.length).toBeGreaterThan(0);
        expect(uploads.length).toBeLessThanOrEqual(limits.openUploads);
      }),
      { numRuns: 3 },
    );
  });

  it("refuse with 429, the sentence and Retry-After", async () => {
    await using api = await openApi({
      limits: { requestsPerMinute: 6, bytesPerDay: 30 * MiB, openUploads: 1 },
    });
    const caller = api.as(alice);
    const { key, uploadId = "" } = await caller.uploads.create(large);
    await expect(caller.uploads.create(large)).rejects.toEqual(refusedWith("LIMIT_EXCEEDED"));
    await caller.uploads.abort({ key, uploadId });
    await expect(caller.uploads.create(large)).rejects.toThrow(
      `You may upload ${30 * MiB} bytes a day. ${10 * MiB} are left until `, // what was aborted was signed all the same
    );
    await caller.uploads.create(small);
    expect((await caller.uploads.list({})).uploads).toEqual([]); // what was refused is not left in the store
    await expect(caller.uploads.list({})).rejects.toMatchObject({
      code: "TOO_MANY_REQUESTS",
      cause: { status: 429, retryAfterMs: expect.any(Number) as number },
    });
    await api.as(bob).uploads.list({});
    await api.as({ id: "alice", scopes: [SWEEP_SCOPE] }).uploads.list({ owner: "everyone" });
  });

  it("are not evaded by going on with an upload as with a larger one", async () => {
    await using api = await openApi({ limits: { bytesPerDay: 30 * MiB } });
    const { key, uploadId = "" } = await api.as(alice).uploads.create(large);
    const resume = (sizeBytes: number) =>
      api.as(alice).uploads.resume({ key, uploadId, sizeBytes, partSizeBytes: 5 * MiB });
    for (let times = 0; times < 3; times++) expect(await resume(20 * MiB)).toMatchObject({ state: "open" });
    expect(await resume(25 * MiB)).toMatchObject({ state: "open" });
    await expect(resume(31 * MiB)).rejects.toEqual(refusedWith("LIMIT_EXCEEDED"));
  });

  it("are kept where nobody's grants reach", async () => {
    await using api = await openApi({ limits: { bytesPerDay: 30 * MiB } });
    await api.as(alice).uploads.create(small);
    const { client, bucket } = api.direct;
    const key = ".waybill/limits/alice";
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(JSON.parse((await Body?.transformToString()) ?? "")).toMatchObject({ bytes: { given: 1000 } });
    const caller = api.as(alice);
    for (const attempt of [
      caller.objects.head({ key }),
      caller.objects.remove({ keys: [key] }),
      caller.downloads.create({ key }),
    ])
      await expect(attempt).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
    for (const prefix of ["", ".waybill/", key])
      expect(await caller.objects.list({ prefix })).toEqual({ objects: [] });
  });

  it("let nothing pass that they cannot count, and have doctor told why", async () => {
    await using api = await openApi({ limits: { requestsPerMinute: 100 } });
    using _ = api.faults.inject({ match: RECORDS, action: { kind: "error", code: "AccessDenied" } });
    await expect(api.as(alice).auth.whoAmI()).rejects.toEqual(refusedWith("STORAGE_DENIED"));
    expect(await api.as(alice).storeHealth()).toMatchObject({
      reachable: { ok: false, message: "The store refused to write an object: AccessDenied (HTTP 403)." },
    });
  });

  it("cost one write for an upload, and nothing for most other calls", async () => {
    await using api = await openApi({
      limits: { requestsPerMinute: 1000, bytesPerDay: 1e12, openUploads: 100 },
    });
    const asked: string[] = [];
    api.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          asked.push(commandName?.replace("Command", "") ?? "");
          return next(args);
        },
      { step: "initialize" },
    );
    const { store } = api.deps;
    const { send } = store;
    store.send = (request) => {
      asked.push(request.method === "PUT" ? "PutObject" : "GetObject");
      return send(request);
    };
    const costOf = async (call: Promise<unknown>) => {
      await call;
      return asked.splice(0);
    };
    const caller = api.as(alice);
    expect(await costOf(caller.auth.whoAmI())).toEqual(["GetObject", "PutObject"]); // the first of this minute
    expect(await costOf(caller.auth.whoAmI())).toEqual([]);
    expect(await costOf(caller.uploads.create(small))).toEqual(["PutObject"]);
    expect(await costOf(caller.uploads.create(large))).toEqual(["CreateMultipartUpload", "PutObject"]);
    const batch = Array.from({ length: 16 }, () => caller.uploads.create(small));
    expect(await costOf(Promise.all(batch))).toEqual(["PutObject"]);
    // Somebody else has counted meanwhile.
    await api.otherLimits().beginUpload(alice, { sizeBytes: 1, uploadId: undefined });
    asked.splice(0);
    expect(await costOf(caller.uploads.create(small))).toEqual(["PutObject", "GetObject", "PutObject"]);
    expect(await costOf(caller.uploads.create(small))).toEqual(["GetObject", "PutObject"]);
    expect(await costOf(caller.uploads.create(small))).toEqual(["PutObject"]);
  });
});
