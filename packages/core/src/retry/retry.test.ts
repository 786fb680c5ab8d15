import { describe, expect, it } from "vitest";
import { WaybillError } from "../waybill-error.ts";
import { retry } from "./retry.ts";
import { sleep } from "./sleep.ts";

function deps(random: () => number = () => 0.999_999) {
  const slept: number[] = [];
  return { slept, random, sleep: async (ms: number) => void slept.push(ms) };
}

function failing(times: number, error: Error) {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw error;
    return calls;
  };
}

const busy = new WaybillError("STORAGE_BUSY");

describe("retry", () => {
  it("tries again after waits that double up to a limit", async () => {
    const d = deps();
    expect(await retry(failing(4, busy), d, { baseDelayMs: 100, maxDelayMs: 300 })).toBe(5);
    expect(d.slept).toEqual([99, 199, 299, 299]);
  });

  it("spreads each wait over its whole range", async () => {
    const d = deps(() => 0);
    await retry(failing(2, busy), d);
    expect(d.slept).toEqual([0, 0]);
  });

  it("gives up with the last error after the given number of tries", async () => {
    const d = deps();
    await expect(retry(failing(9, busy), d, { attempts: 3 })).rejects.toBe(busy);
    expect(d.slept).toHaveLength(2);
  });

  it.each([new WaybillError("FORBIDDEN"), new TypeError("a bug")])("does not repeat %s", async (error) => {
    const d = deps();
    await expect(retry(failing(1, error), d)).rejects.toBe(error);
    expect(d.slept).toEqual([]);
  });

  it("stops when its signal aborts in a wait", async () => {
    const controller = new AbortController();
    const running = retry(
      failing(9, busy),
      { sleep, random: () => 1 },
      { baseDelayMs: 60_000, maxDelayMs: 60_000, signal: controller.signal },
    );
    controller.abort(new WaybillError("ABORTED"));
    await expect(running).rejects.toMatchObject({ code: "ABORTED" });
  });
});
