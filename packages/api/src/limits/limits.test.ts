import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UPLOAD_LIFETIME_SECONDS } from "@waybill/core";
import { SWEEP_SCOPE } from "../principal.ts";
import type { WriteFault } from "./testing/faulty-records.ts";
import { ALICE, manyInstances, refusalOf } from "./testing/many-instances.ts";
import { DAY_MS, MINUTE_MS } from "./time-windows.ts";

const fault = fc.constantFrom<WriteFault>("none", "none", "conflict", "unanswered", "carriedOut", "late");
const step = fc.oneof(
  fc.record({
    kind: fc.constant("request" as const),
    instance: fc.nat(5),
    times: fc.integer({ min: 1, max: 6 }),
  }),
  fc.record({ kind: fc.constant("file" as const), instance: fc.nat(5), sizeBytes: fc.nat(60) }),
  fc.record({ kind: fc.constant("parts" as const), instance: fc.nat(5), sizeBytes: fc.nat(60) }),
);
const phase = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 10 }),
  /** How many of those that are open end afterwards. */
  ends: fc.nat(4),
  thenMs: fc.constantFrom(0, 5000, MINUTE_MS, DAY_MS),
});

describe("limits over many instances", () => {
  it("are never passed, whoever is faster, whatever is lost, and nothing is counted twice", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(phase, { minLength: 1, maxLength: 4 }),
        fc.array(fault, { maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (scheduler, phases, faults, count) => {
          const limits = { requestsPerMinute: 15, bytesPerDay: 200, openUploads: 3 };
          const turn = () => scheduler.schedule(Promise.resolve());
          const world = manyInstances({ count, limits, turn, faults });
          const requests = new Map<number, number>();
          const bytes = new Map<number, number>();
          const granted = new Set<string>();
          /** Whoever was told that nobody knows may have been counted. */
          let isExact = true;
          const add = (to: Map<number, number>, window: number, more: number) =>
            to.set(window, (to.get(window) ?? 0) + more);

          for (const { steps, ends, thenMs } of phases) {
            const minute = Math.floor(world.clock.ms / MINUTE_MS);
            const day = Math.floor(world.clock.ms / DAY_MS);
            const attempts = steps.flatMap((wanted) => {
              const instance = world.instance(wanted.instance);
              if (wanted.kind === "request")
                return Array.from({ length: wanted.times }, async () => {
                  await instance.countRequest(ALICE);
                  add(requests, minute, 1);
                });
              if (wanted.kind === "file")
                return [
                  (async () => {
                    await instance.beginUpload(ALICE, { sizeBytes: wanted.sizeBytes, uploadId: undefined });
                    add(bytes, day, wanted.sizeBytes);
                  })(),
                ];
              return [
                (async () => {
                  const uploadId = await world.beginUpload(instance, wanted.sizeBytes);
                  add(bytes, day, wanted.sizeBytes);
                  granted.add(uploadId);
                  expect(granted.size).toBeLessThanOrEqual(limits.openUploads);
                })(),
              ];
            });
            const refusals = await scheduler.waitFor(Promise.all(attempts.map(refusalOf)));
            for (const { code, retryAfterMs } of refusals.flatMap((refusal) => refusal ?? [])) {
              // Not too early, and not by a second too late.
              if (code === "TOO_MANY_REQUESTS")
                expect(Math.ceil((world.clock.ms + retryAfterMs) / MINUTE_MS)).toBe(minute + 1);
              else expect(["LIMIT_EXCEEDED", "STORAGE_UNREACHABLE", "STORAGE_BUSY"]).toContain(code);
            }
            expect(requests.get(minute) ?? 0).toBeLessThanOrEqual(limits.requestsPerMinute);
            const given = bytes.get(day) ?? 0;
            expect(given).toBeLessThanOrEqual(limits.bytesPerDay);
            isExact &&= refusals.every((refusal) => !refusal?.code.startsWith("STORAGE_"));
            if (isExact && given > 0)
              expect(world.records.ledgerOf("alice").bytes).toEqual({ window: day, given });
            if (thenMs === DAY_MS) isExact = true;
            for (const uploadId of [...granted].slice(0, ends)) {
              granted.delete(uploadId);
              world.inStore.delete(uploadId);
            }
            world.clock.ms += thenMs;
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are given to the last: no request is lost while all instances go on", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 8 }),
        async (scheduler, requestsPerMinute, count) => {
          const turn = () => scheduler.schedule(Promise.resolve());
          const world = manyInstances({ count, limits: { requestsPerMinute }, turn });
          let granted = 0;
          const untilRefused = Array.from({ length: count }, async (_, index) => {
            while ((await refusalOf(world.instance(index).countRequest(ALICE))) === undefined)
              if (++granted > requestsPerMinute) return;
          });
          await scheduler.waitFor(Promise.all(untilRefused));
          expect(granted).toBe(requestsPerMinute);
          // A window is given once, also to an instance whose clock is behind.
          world.clock.ms -= MINUTE_MS;
          expect(await scheduler.waitFor(refusalOf(world.instance(0).countRequest(ALICE)))).toBeDefined();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("limits", () => {
  it("let as many begin at once as may be open, and take back what is one too many", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 6 }), async (scheduler, count) => {
        const turn = () => scheduler.schedule(Promise.resolve());
        const world = manyInstances({ count, limits: { openUploads: 3 }, turn });
        const begin = (_: unknown, index: number) => refusalOf(world.beginUpload(world.instance(index), 1));
        const refusals = await scheduler.waitFor(Promise.all(Array.from({ length: 8 }, begin)));
        expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(3);
        expect(world.inStore.size).toBe(3);
      }),
      { numRuns: 60 },
    );
  });

  it("are free again when Retry-After says so, and not before", async () => {
    const { instance, clock, beginUpload } = manyInstances({
      count: 2,
      limits: { requestsPerMinute: 2, bytesPerDay: 10 },
    });
    for (let count = 0; count < 2; count++) await instance(count).countRequest(ALICE);
    const often = await refusalOf(instance(0).countRequest(ALICE));
    expect(often).toMatchObject({
      code: "TOO_MANY_REQUESTS",
      retryAfterMs: 30_000,
      message: "You may make 2 requests a minute, and have made them. More are possible in 30 s.",
    });
    await beginUpload(instance(0), 8);
    const much = await refusalOf(beginUpload(instance(1), 3));
    expect(much).toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: "You may upload 10 bytes a day. 2 are left until 2026-11-29 00:00 UTC, and this is 3.",
    });
    await beginUpload(instance(1), 2);
    for (const { refusal, attempt } of [
      { refusal: often, attempt: () => instance(1).countRequest(ALICE) },
      { refusal: much, attempt: () => beginUpload(instance(1), 3) },
    ]) {
      const { retryAfterMs = 0 } = refusal ?? {};
      const { ms } = clock;
      clock.ms = ms + retryAfterMs - 1;
      expect((await refusalOf(attempt()))?.code).toBe(refusal?.code);
      clock.ms = ms + retryAfterMs;
      expect(await refusalOf(attempt())).toBeUndefined();
      clock.ms = ms;
    }
  });

  it("cost no round trip within a lease, and one write for each upload or batch", async () => {
    const { instance, records, beginUpload } = manyInstances({
      count: 1,
      limits: { requestsPerMinute: 1000, bytesPerDay: 1000, openUploads: 10 },
    });
    const trips = () => ({ reads: records.reads(), writes: records.writes() });
    await Promise.all(Array.from({ length: 16 }, () => instance(0).countRequest(ALICE)));
    expect(trips()).toEqual({ reads: 1, writes: 1 });
    for (let count = 16; count < 100; count++) await instance(0).countRequest(ALICE);
    expect(trips()).toEqual({ reads: 1, writes: 1 });
    await instance(0).countRequest(ALICE);
    expect(trips()).toEqual({ reads: 1, writes: 2 });
    await beginUpload(instance(0), 1);
    expect(trips()).toEqual({ reads: 1, writes: 3 });
    const small = { sizeBytes: 1, uploadId: undefined };
    await Promise.all(Array.from({ length: 16 }, () => instance(0).beginUpload(ALICE, small)));
    expect(trips()).toEqual({ reads: 1, writes: 4 });
    await expect(beginUpload(instance(0), 1000)).rejects.toThrow("983 are left");
    expect(trips()).toEqual({ reads: 1, writes: 4 });
  });

  it("ask the store which uploads are open, and say when the oldest ends", async () => {
    const { instance, inStore, clock, beginUpload } = manyInstances({ count: 2, limits: { openUploads: 2 } });
    const beganAt = clock.ms;
    const first = await beginUpload(instance(0), 1);
    clock.ms += 3600_000;
    await beginUpload(instance(1), 1);
    expect(await refusalOf(beginUpload(instance(0), 1))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      retryAfterMs: beganAt + UPLOAD_LIFETIME_SECONDS * 1000 - clock.ms,
      message:
        "You may have 2 uploads open, and have as many. Complete or abort one; the oldest ends by itself after 2026-12-05 10:01 UTC.",
    });
    expect(inStore.size).toBe(2);
    inStore.delete(first);
    await beginUpload(instance(0), 1);
    expect(await refusalOf(beginUpload(instance(1), 1))).toBeDefined();
  });

  it("count uploads that were begun behind their back, in a prefix that is the principal's own", async () => {
    const { instance, inStore, clock, beginUpload } = manyInstances({ count: 1, limits: { openUploads: 3 } });
    for (const name of ["a", "b", "c"]) inStore.set(name, clock.ms - 2 * MINUTE_MS);
    for (let count = 0; count < 3; count++) await beginUpload(instance(0), 1);
    expect(await refusalOf(beginUpload(instance(0), 1))).toMatchObject({ code: "LIMIT_EXCEEDED" });
    for (const name of [...inStore.keys()].slice(3)) inStore.delete(name);
    expect(await refusalOf(beginUpload(instance(0), 1))).toMatchObject({ code: "LIMIT_EXCEEDED" });
  });

  it("forget uploads that have ended, so that a record stays small", async () => {
    const { instance, inStore, records, beginUpload } = manyInstances({
      count: 1,
      limits: { openUploads: 1000 },
    });
    for (let count = 0; count < 500; count++) inStore.delete(await beginUpload(instance(0), 1));
    expect(JSON.stringify(records.ledgerOf("alice")).length).toBeLessThan(3000);
  });

  it("count an upload once, however often it is gone on with, and its bytes when it turns out larger", async () => {
    const { instance, records, beginUpload } = manyInstances({ count: 2, limits: { bytesPerDay: 100 } });
    const uploadId = await beginUpload(instance(0), 10);
    const given = () => records.ledgerOf("alice").bytes.given;
    for (const index of [0, 1]) await instance(index).resumeUpload(ALICE, { sizeBytes: 10, uploadId });
    expect(given()).toBe(10);
    await instance(1).resumeUpload(ALICE, { sizeBytes: 60, uploadId });
    await instance(0).resumeUpload(ALICE, { sizeBytes: 60, uploadId });
    expect(given()).toBe(60);
    await expect(instance(0).resumeUpload(ALICE, { sizeBytes: 101, uploadId })).rejects.toThrow(
      "40 are left",
    );
    await instance(0).resumeUpload(ALICE, { sizeBytes: 40, uploadId: "of a time before all counting" });
    expect(given()).toBe(100);
  });

  it("have no Retry-After for what no day is long enough for", async () => {
    const { instance, inStore, beginUpload } = manyInstances({ count: 1, limits: { bytesPerDay: 100 } });
    expect(await refusalOf(beginUpload(instance(0), 101))).toMatchObject({
      code: "TOO_LARGE",
      retryAfterMs: 0,
      message: "You may upload 100 bytes a day, and this is 101.",
    });
    expect(inStore.size).toBe(0);
  });

  it("let nothing pass that nobody can count", async () => {
    const faults = Array.from({ length: 40 }, () => "unanswered" as const);
    const limits = { requestsPerMinute: 10, bytesPerDay: 10 };
    const { instance, beginUpload } = manyInstances({ count: 1, limits, faults });
    expect((await refusalOf(instance(0).countRequest(ALICE)))?.code).toBe("STORAGE_UNREACHABLE");
    expect((await refusalOf(beginUpload(instance(0), 1)))?.code).toBe("STORAGE_UNREACHABLE");
    const storm = Array.from({ length: 40 }, () => "conflict" as const);
    const contended = manyInstances({ count: 1, limits, faults: storm });
    expect((await refusalOf(contended.instance(0).countRequest(ALICE)))?.code).toBe("STORAGE_BUSY");
  });

  it("hinder nobody who sweeps, and ask nothing where there are none", async () => {
    const sweeper = { id: "worker", scopes: [SWEEP_SCOPE] };
    const limited = manyInstances({
      count: 1,
      limits: { requestsPerMinute: 1, bytesPerDay: 1, openUploads: 1 },
    });
    const free = manyInstances({ count: 1, limits: {} });
    for (let count = 0; count < 5; count++) {
      await limited.instance(0).countRequest(sweeper);
      await limited.instance(0).beginUpload(sweeper, { sizeBytes: 9, uploadId: `${count}` });
      await free.instance(0).countRequest(ALICE);
      await free.beginUpload(free.instance(0), 9);
    }
    for (const { records } of [limited, free]) expect(records.reads() + records.writes()).toBe(0);
  });
});
