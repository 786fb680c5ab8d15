/** How long a request may stand still before it is given up: learnt from those that succeeded. */
export interface StallLimit {
  currentMs(): number;
  /** A request has succeeded, and this was the longest time in which nothing of it moved. */
  survived(idleMs: number): void;
  /** A request was given up for it. */
  struck(): void;
}

const SAMPLES = 32;
const MIN_SAMPLES = 8;
/** Below this, what other work does on the machine would look like a stall. */
const MIN_LIMIT_MS = 5000;

/**
 * Four times the longest pause of late, from 5 seconds up to the limit that was asked for. Where a
 * request is given up all the same, the limit doubles: it may have been too short for this line, and
 * must not strangle it.
 *
 * @param options.maxMs - holds until enough is known, and always as the upper bound
 */
export function createStallLimit({ maxMs }: { maxMs: number }): StallLimit {
  const pauses: number[] = [];
  let caution = 1;
  return {
    currentMs() {
      if (pauses.length < MIN_SAMPLES) return maxMs;
      return Math.min(maxMs, Math.max(MIN_LIMIT_MS, 4 * Math.max(...pauses)) * caution);
    },
    survived(idleMs) {
      pauses.push(idleMs);
      if (pauses.length > SAMPLES) pauses.shift();
      caution = Math.max(1, caution * 0.9);
    },
    struck() {
      caution = Math.min(64, caution * 2);
    },
  };
}
