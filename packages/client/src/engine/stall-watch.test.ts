import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startStallWatch } from "./stall-watch.ts";

const { signal } = new AbortController();
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the watch", () => {
  it("strikes what stands still, and nothing that moves", () => {
    using watch = startStallWatch({ stallMs: 800, signal, counting: true });
    for (let step = 0; step < 50; step++) {
      vi.advanceTimersByTime(300);
      watch.moved();
    }
    expect(watch.signal.aborted).toBe(false);
    expect(watch.longestIdleMs()).toBeGreaterThanOrEqual(300);
    vi.advanceTimersByTime(800);
    expect(watch.signal.reason).toMatchObject({ code: "STALLED" });
  });

  it("strikes what crawls, where it is known what is usual", () => {
    const step = (watch: { moved: (bytes: number) => void }, bytesPerMs: number) => {
      for (let ms = 0; ms < 3000; ms += 50) {
        vi.advanceTimersByTime(50);
        watch.moved(bytesPerMs * 50);
      }
    };
    const options = { stallMs: 800, signal, counting: true };
    using usual = startStallWatch({ ...options, usualBytesPerMs: 1000 });
    step(usual, 60);
    expect(usual.signal.aborted).toBe(false);
    step(usual, 40);
    expect(usual.signal.reason).toMatchObject({ code: "STALLED" });
    using least = startStallWatch({ ...options, leastBytesPerMs: 8 });
    step(least, 9);
    expect(least.signal.aborted).toBe(false);
    step(least, 7);
    expect(least.signal.reason).toMatchObject({ code: "STALLED" });
    using unknown = startStallWatch(options);
    step(unknown, 0.001);
    expect(unknown.signal.aborted).toBe(false);
  });

  it("does not count the time in which nobody waits", async () => {
    using watch = startStallWatch({ stallMs: 800, signal, counting: false });
    vi.advanceTimersByTime(5000);
    expect(watch.signal.aborted).toBe(false);
    const wait = watch.during(new Promise(() => {}));
    vi.advanceTimersByTime(900);
    expect(watch.signal.aborted).toBe(true);
    void wait;
  });
});
