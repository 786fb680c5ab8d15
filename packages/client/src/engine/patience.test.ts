import { WaybillError } from "@waybill/core";
import { describe, expect, it } from "vitest";
import { createPatience } from "./patience.ts";

const BUSY = new WaybillError("STORAGE_BUSY");

function patienceOf(
  options: { limitMs?: number; random?: number; offline?: () => Promise<void> | undefined } = {},
) {
  const clock = { ms: 0 };
  const slept: number[] = [];
  const controller = new AbortController();
  const patience = createPatience(
    {
      nowMs: () => clock.ms,
      random: () => options.random ?? 1,
      whenOnline: () => options.offline?.(),
      async sleep(ms, signal) {
        signal?.throwIfAborted();
        slept.push(ms);
        clock.ms += ms;
      },
    },
    { signal: controller.signal, limitMs: () => options.limitMs ?? 0 },
  );
  /** Fail until it gives up; answers how often. */
  async function failAlways(failure: unknown = BUSY): Promise<number> {
    for (let failures = 1; ; failures++) {
      const thrown = await patience.afterFailure(failure, failures).catch((reason: unknown) => reason);
      if (thrown === failure) return failures;
    }
  }
  return { patience, clock, slept, controller, failAlways };
}

describe("patience", () => {
  it("waits longer and longer, with full jitter, up to 8 seconds", async () => {
    const { failAlways, slept } = patienceOf({ limitMs: 60_000 });
    await failAlways();
    expect(slept.slice(0, 8)).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    const half = patienceOf({ limitMs: 60_000, random: 0.5 });
    await half.failAlways();
    expect(half.slept.slice(0, 3)).toEqual([125, 250, 500]);
  });

  it("tries four times even where there is no time", async () => {
    expect(await patienceOf().failAlways()).toBe(4);
  });

  it("lasts as long as was asked for, and begins anew with every success", async () => {
    const { patience, failAlways, clock } = patienceOf({ limitMs: 30_000 });
    await failAlways();
    expect(clock.ms).toBeGreaterThanOrEqual(30_000);
    expect(clock.ms).toBeLessThan(40_000);
    patience.progressed();
    const before = clock.ms;
    await failAlways();
    expect(clock.ms - before).toBeGreaterThanOrEqual(30_000);
  });

  it("waits at least as long as was asked for, but no longer than a minute", async () => {
    const { patience, slept } = patienceOf({ limitMs: 1e6, random: 0.5 });
    await patience.afterFailure(new WaybillError("STORAGE_BUSY", undefined, { retryAfterMs: 7000 }), 1);
    await patience.afterFailure(new WaybillError("STORAGE_BUSY", undefined, { retryAfterMs: 3.6e6 }), 1);
    expect(slept).toEqual([7125, 60_125]);
  });

  it("waits its turn where one may ask only so often, far longer than for what is broken, but not for ever", async () => {
    const { failAlways, slept, clock } = patienceOf();
    const often = new WaybillError("TOO_MANY_REQUESTS", undefined, { retryAfterMs: 30_000 });
    expect(await failAlways(often)).toBeGreaterThan(20);
    expect(Math.min(...slept)).toBeGreaterThanOrEqual(30_000);
    expect(clock.ms).toBeGreaterThanOrEqual(900_000);
    expect(clock.ms).toBeLessThan(960_000);
  });

  it.each(["LIMIT_EXCEEDED", "STORAGE_DENIED", "UPLOAD_NOT_FOUND", "TOO_LARGE", "SOURCE_CHANGED"] as const)(
    "does not wait for %s to pass",
    async (code) => {
      expect(await patienceOf({ limitMs: 60_000 }).failAlways(new WaybillError(code))).toBe(1);
    },
  );

  it("does not wait long for a fault inside the API", async () => {
    expect(await patienceOf({ limitMs: 60_000 }).failAlways(new WaybillError("INTERNAL"))).toBe(4);
  });

  it("waits for the network as long as it is away, and does not count that time", async () => {
    const network = Promise.withResolvers<void>();
    let online = false;
    const { patience, clock } = patienceOf({
      limitMs: 10_000,
      offline: () => (online ? undefined : network.promise),
    });
    const waiting = patience.afterFailure(BUSY, 9);
    clock.ms += 3.6e6;
    online = true;
    network.resolve();
    await waiting;
    await patience.afterFailure(BUSY, 9); // 8 of its 10 seconds are used up
    await expect(patience.afterFailure(BUSY, 9)).rejects.toBe(BUSY);
  });

  it("ends at once when it is cancelled", async () => {
    const { patience, controller } = patienceOf({ limitMs: 60_000 });
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(patience.afterFailure(BUSY, 1)).rejects.toBe(reason);
  });
});
