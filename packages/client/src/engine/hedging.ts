import type { PatienceDeps } from "./patience.ts";

/** One copy of a part on its way. */
interface Race {
  /** Aborts as soon as another copy has won. */
  lost: AbortSignal;
  started: () => void;
  isWon: () => boolean;
  /** @returns false when another copy was faster */
  win: () => boolean;
}

/**
 * Lets the slowest of the last parts, or ranges, move a second time; the first copy that arrives counts.
 * A part is known by its identity.
 */
export interface Hedging<Part> {
  enter(part: Part): Race;
  /**
   * Wait for a part that takes suspiciously long.
   *
   * @returns undefined when nothing is left to move twice
   */
  slowest(signal: AbortSignal): Promise<Part | undefined>;
}

interface Runner {
  startedAtMs: number | undefined;
  won: AbortController;
  copies: number;
}

/** A part that takes so many times as long as half of the parts did, moves once more. */
const SUSPICIOUS = 3;
const MIN_SAMPLES = 3;
const MIN_MS = 1000;

export function createHedging<Part>({ nowMs, sleep }: Pick<PatienceDeps, "nowMs" | "sleep">): Hedging<Part> {
  const running = new Map<Part, Runner>();
  const durationsMs: number[] = [];
  let changed = Promise.withResolvers<void>();

  function change(): void {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  }

  function suspiciousMs(): number {
    if (durationsMs.length < MIN_SAMPLES) return Number.POSITIVE_INFINITY;
    const median = durationsMs.toSorted((a, b) => a - b)[Math.floor(durationsMs.length / 2)] ?? 0;
    return Math.max(MIN_MS, SUSPICIOUS * median);
  }

  function enter(part: Part): Race {
    const known = running.get(part);
    const runner = known ?? { startedAtMs: undefined, won: new AbortController(), copies: 0 };
    runner.copies += 1;
    running.set(part, runner);
    return {
      lost: runner.won.signal,
      started() {
        runner.startedAtMs ??= nowMs();
        change();
      },
      isWon: () => runner.won.signal.aborted,
      win() {
        if (runner.won.signal.aborted) return false;
        durationsMs.push(nowMs() - (runner.startedAtMs ?? nowMs()));
        running.delete(part);
        runner.won.abort();
        change();
        return true;
      },
    };
  }

  async function slowest(signal: AbortSignal): Promise<Part | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const alone = [...running].filter(([, { copies }]) => copies === 1);
      const startOf = (runner: Runner) => runner.startedAtMs ?? Number.POSITIVE_INFINITY;
      const [first] = alone.toSorted(([, a], [, b]) => startOf(a) - startOf(b));
      if (first === undefined) return undefined;
      const [part, runner] = first;
      const waitMs = startOf(runner) + suspiciousMs() - nowMs();
      if (waitMs <= 0) return part;
      await waitFor(waitMs, signal);
    }
  }

  async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const waits: Promise<void>[] = [changed.promise];
    if (Number.isFinite(ms)) waits.push(sleep(ms, over.signal).catch(() => {})); // ended below
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true, signal: over.signal });
    });
    await Promise.race([...waits, stopped]);
    over.abort();
  }

  return { enter, slowest };
}
