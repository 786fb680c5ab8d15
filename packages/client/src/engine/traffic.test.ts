import { MiB } from "@waybill/core";
import { describe, expect, it } from "vitest";
import { createTraffic } from "./traffic.ts";

const { signal } = new AbortController();

function trafficOf(options: { maxRequests?: number; maxBytes?: number; bytesPerSecond?: number } = {}) {
  const clock = { ms: 0 };
  const traffic = createTraffic({
    maxRequests: 2,
    ...options,
    nowMs: () => clock.ms,
    sleep: async (ms) => void (clock.ms += ms),
  });
  return { traffic, clock };
}

/** Whether it has settled without anything else happening. */
async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  const later = Symbol("later");
  return (await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, later))])) === later;
}

describe("traffic", () => {
  it("lets in as many as there are places, first come first served", async () => {
    const { traffic } = trafficOf();
    const first = await traffic.enter(1, signal);
    await traffic.enter(1, signal);
    const order: number[] = [];
    const third = traffic.enter(1, signal).then((place) => (order.push(3), place));
    const fourth = traffic.enter(1, signal).then((place) => (order.push(4), place));
    expect(await isWaiting(third)).toBe(true);
    first[Symbol.dispose]();
    (await third)[Symbol.dispose]();
    await fourth;
    expect(order).toEqual([3, 4]);
  });

  it("holds bytes back, but not a body that is larger than all that is allowed", async () => {
    const { traffic } = trafficOf({ maxBytes: 10 });
    const large = await traffic.enter(1000, signal);
    const small = traffic.enter(1, signal);
    expect(await isWaiting(small)).toBe(true);
    large[Symbol.dispose]();
    await small;
    expect(await isWaiting(traffic.enter(10, signal))).toBe(true);
  });

  it("lets go whoever gives up, and those behind him", async () => {
    const { traffic } = trafficOf({ maxBytes: 10 });
    await traffic.enter(5, signal);
    const controller = new AbortController();
    const large = traffic.enter(9, controller.signal);
    const small = traffic.enter(5, signal);
    expect(await isWaiting(small)).toBe(true);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(large).rejects.toBe(reason);
    await small;
  });

  it("paces what leaves", async () => {
    const { traffic, clock } = trafficOf({ bytesPerSecond: MiB });
    for (let i = 0; i < 10; i++) await traffic.pace?.(MiB, signal);
    expect(clock.ms).toBe(10_000);
    expect(trafficOf().traffic.pace).toBeUndefined();
  });

  it("knows after a few requests what a connection moves", async () => {
    const { traffic } = trafficOf();
    for (let i = 0; i < 4; i++) {
      expect(traffic.usualBytesPerMs()).toBeUndefined();
      using place = await traffic.enter(8 * MiB, signal);
      place.succeeded(1000);
    }
    expect(traffic.usualBytesPerMs()).toBe((8 * MiB) / 1000);
  });
});
