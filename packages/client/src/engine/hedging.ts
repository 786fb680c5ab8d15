import type { PatienceDeps } from "./patience.ts";
import type { PartToSend } from "./part-supply.ts";

/** One copy of a part on its way. */
interface Race {
  /** Aborts as soon as another copy has won. */
  lost: AbortSignal;
  started: () => void;
  isWon: () => boolean;
  /** @returns false when another copy was faster */
  win: () => boolean;
}

/** Lets the slowest of the last parts be sent a second time; the first copy that arrives counts. */
export interface Hedging {
  enter(part: PartToSend): Race;
  /**
   * Wait for a part that takes suspiciously long.
   *
   * @returns undefined when nothing is left to be sent twice
   */
  slowest(): Promise<PartToSend | undefined>;
}

interface Runner {
  part: PartToSend;
  startedAtMs: number | undefined;
  won: AbortController;
  copies: number;
}

/** A part that takes so many times as long as half of the parts did, is sent once more. */
const SUSPICIOUS = 3;
const MIN_SAMPLES = 3;
const MIN_MS = 1000;

/**
 * Two copies of a part are the same bytes under the same signature, and what the store has is listed
 * and compared before the upload is published, so that it does not matter which of them it keeps.
 */
export function createHedging({
  deps: { nowMs, sleep },
  signal,
}: {
  deps: Pick<PatienceDeps, "nowMs" | "sleep">;
  signal: AbortSignal;
}): Hedging {
  const running = new Map<number, Runner>();
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

  function enter(part: PartToSend): Race {
    const { partNumber } = part;
    const known = running.get(partNumber);
    const runner = known ?? { part, startedAtMs: undefined, won: new AbortController(), copies: 0 };
    runner.copies += 1;
    running.set(partNumber, runner);
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
        running.delete(partNumber);
        runner.won.abort();
        change();
        return true;
      },
    };
  }

  async function slowest(): Promise<PartToSend | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const alone = [...running.values()].filter(({ copies }) => copies === 1);
      if (alone.length === 0) return undefined;
      const [first] = alone.toSorted((a, b) => (a.startedAtMs ?? Infinity) - (b.startedAtMs ?? Infinity));
      const waitMs = (first?.startedAtMs ?? Infinity) + suspiciousMs() - nowMs();
      if (first !== undefined && waitMs <= 0) return first.part;
      await waitFor(waitMs);
    }
  }

  async function waitFor(ms: number): Promise<void> {
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
