import { describe, expect, it } from "vitest";
import { createRequestWindow } from "./request-window.ts";

/** A line on which requests of 8 MiB travel; how many at once, the window says. */
function drive(options: {
  max?: number;
  seconds: number;
  /** Bytes per second of so many connections together. */
  speed: (connections: number, seconds: number) => number;
  /** More than so many at once are refused. */
  room?: number;
}) {
  const clock = { ms: 0 };
  const window = createRequestWindow({ initial: 4, max: options.max ?? 16, nowMs: () => clock.ms });
  const sizes: number[] = [];
  while (clock.ms < options.seconds * 1000) {
    const size = window.size();
    sizes.push(size);
    const refused = Math.max(0, size - (options.room ?? Infinity));
    const accepted = size - refused;
    const bytes = 8 * 1024 ** 2;
    clock.ms += (accepted * bytes * 1000) / options.speed(accepted, clock.ms / 1000);
    for (let i = 0; i < accepted; i++) window.acknowledged(bytes, true);
    if (refused > 0) window.congested();
  }
  return { sizes, last: sizes.slice(-Math.ceil(sizes.length / 4)) };
}

const mean = (numbers: readonly number[]) =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const MB = 1e6;

describe("the window", () => {
  it("opens as far as it may where each connection brings the same again", () => {
    const { last } = drive({ seconds: 120, speed: (connections) => connections * 3 * MB });
    expect(mean(last)).toBeGreaterThan(14);
  });

  it("stays narrow where the line is full already", () => {
    const { sizes, last } = drive({ seconds: 120, speed: () => 12 * MB });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6);
    expect(mean(last)).toBeLessThan(5);
  });

  it("finds the place from where on more connections bring nothing", () => {
    const { last } = drive({ seconds: 300, speed: (connections) => Math.min(connections, 8) * 3 * MB });
    expect(mean(last)).toBeGreaterThan(7);
    expect(mean(last)).toBeLessThan(12);
  });

  it("keeps to what the store takes", () => {
    const { last } = drive({ seconds: 300, speed: (connections) => connections * 3 * MB, room: 5 });
    expect(mean(last)).toBeGreaterThan(2);
    expect(mean(last)).toBeLessThan(6.5);
  });

  it("opens again when the line becomes better", () => {
    const { last } = drive({
      seconds: 600,
      speed: (connections, seconds) => (seconds < 200 ? 8 * MB : connections * 4 * MB),
    });
    expect(mean(last)).toBeGreaterThan(12);
  });

  it("is never closed, nor wider than it may be", () => {
    const { sizes } = drive({ seconds: 60, speed: (connections) => connections * MB, room: 1, max: 6 });
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6);
  });

  it("tries more as soon as the first answers to small requests are there", () => {
    const clock = { ms: 0 };
    const window = createRequestWindow({ initial: 4, max: 6, nowMs: () => clock.ms });
    clock.ms += 150;
    for (let i = 0; i < 4; i++) window.acknowledged(1000, true);
    expect(window.size()).toBe(6);
  });

  it("learns nothing while nobody waits for a place", () => {
    const window = createRequestWindow({ initial: 4, max: 16, nowMs: () => performance.now() });
    for (let i = 0; i < 1000; i++) window.acknowledged(1e6, false);
    expect(window.size()).toBe(4);
  });
});
