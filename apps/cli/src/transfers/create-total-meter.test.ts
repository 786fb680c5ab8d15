import type { TransferEvent } from "@waybill/client/node";
import { MiB, WaybillError } from "@waybill/core";
import { describe, expect, it } from "vitest";
import { createTotalMeter } from "./create-total-meter.ts";

const at = (transferredBytes: number): TransferEvent => ({
  type: "progress",
  progress: {
    transferredBytes,
    acknowledgedBytes: transferredBytes,
    totalBytes: 0,
    bytesPerSecond: 0,
    secondsLeft: undefined,
  },
});

describe("createTotalMeter", () => {
  it("adds up what several files report", () => {
    const meter = createTotalMeter({ sizes: [100, 50], nowMs: () => 0 });
    const [a, b] = [meter.follow(100), meter.follow(50)];
    a.onEvent(at(30));
    b.onEvent(at(50));
    a.onEvent(at(20)); // never back
    b.settle();
    expect(meter.progress()).toMatchObject({
      filesDone: 1,
      fileCount: 2,
      transferredBytes: 80,
      totalBytes: 150,
    });
  });

  it("does not count what was never moved", () => {
    const meter = createTotalMeter({ sizes: [100, 50], nowMs: () => 0 });
    const failed = meter.follow(100);
    failed.onEvent(at(30));
    failed.settle();
    expect(meter.progress()).toMatchObject({ filesDone: 1, transferredBytes: 30, totalBytes: 80 });
    meter.follow(50).settle();
    expect(meter.progress()).toMatchObject({
      transferredBytes: 30,
      totalBytes: 30,
      share: 1,
      secondsLeft: undefined,
    });
  });

  it("tells speed and time left", () => {
    const clock = { ms: 0 };
    const meter = createTotalMeter({ sizes: [8 * MiB], nowMs: () => clock.ms });
    const file = meter.follow(8 * MiB);
    for (let seconds = 1; seconds <= 4; seconds++) {
      clock.ms = seconds * 1000;
      file.onEvent(at(seconds * MiB));
    }
    const { bytesPerSecond, secondsLeft } = meter.progress();
    expect(bytesPerSecond).toBeCloseTo(MiB);
    expect(secondsLeft).toBeCloseTo(4.25); // the file's end takes its time, too
  });

  it("says why nothing moves, until something does", () => {
    const meter = createTotalMeter({ sizes: [100, 100], nowMs: () => 0 });
    const [a, b] = [meter.follow(100), meter.follow(100)];
    a.onEvent(at(30));
    expect(meter.progress().obstacle).toBeUndefined();
    a.onEvent({ type: "waiting", error: new WaybillError("TOO_MANY_REQUESTS") });
    a.onEvent(at(30)); // nothing new
    expect(meter.progress().obstacle).toBe("waiting for its turn");
    b.onEvent(at(1));
    expect(meter.progress().obstacle).toBeUndefined();
    b.onEvent({ type: "waiting", error: new WaybillError("STALLED") });
    expect(meter.progress().obstacle).toBe("waiting for the network");
  });

  it("gets on with files that are empty", () => {
    const clock = { ms: 0 };
    const meter = createTotalMeter({ sizes: Array<number>(10).fill(0), nowMs: () => clock.ms });
    for (let done = 1; done <= 5; done++) {
      clock.ms += 1000;
      meter.follow(0).settle();
    }
    expect(meter.progress()).toMatchObject({ share: 0.5, bytesPerSecond: 0 });
    expect(meter.progress().secondsLeft).toBeCloseTo(5);
  });

  it("is at its end where there is nothing to do", () => {
    expect(createTotalMeter({ sizes: [], nowMs: () => 0 }).progress().share).toBe(1);
  });
});
