import { expect, it } from "vitest";
import { createHedging } from "./hedging.ts";

/** Time that passes only when somebody sleeps. */
function virtualTime() {
  let now = 0;
  return {
    nowMs: () => now,
    async sleep(ms: number) {
      now += ms;
    },
  };
}

const { signal } = new AbortController();

it("names the one that began first once it takes three times as long as others, and a second at least", async () => {
  const time = virtualTime();
  const hedging = createHedging<string>(time);
  const races = ["a", "b", "c", "slow", "slower"].map((part) => hedging.enter(part));
  for (const race of races.toReversed()) {
    race.started();
    await time.sleep(1);
  }
  await time.sleep(996);
  for (const race of races.slice(0, 3)) expect(race.win()).toBe(true); // after about a second each
  expect(await hedging.slowest(signal)).toBe("slower");
  expect(time.nowMs()).toBeGreaterThan(2990);
});

it("ends all copies as soon as one has won, and lets only that one count", async () => {
  const hedging = createHedging<string>(virtualTime());
  for (const part of ["a", "b", "c"]) {
    const race = hedging.enter(part);
    race.started();
    race.win();
  }
  const first = hedging.enter("slow");
  first.started();
  expect(await hedging.slowest(signal)).toBe("slow");
  const second = hedging.enter("slow");
  expect(await hedging.slowest(signal)).toBeUndefined(); // nothing moves a third time
  expect(second.win()).toBe(true);
  expect(first.isWon()).toBe(true);
  expect(first.lost.aborted).toBe(true);
  expect(first.win()).toBe(false);
});

it("stops waiting when it is told to", async () => {
  const stop = new AbortController();
  const hedging = createHedging<string>({
    nowMs: () => 0,
    sleep: () => Promise.withResolvers<void>().promise,
  });
  hedging.enter("a").started();
  const waiting = hedging.slowest(stop.signal);
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
});
