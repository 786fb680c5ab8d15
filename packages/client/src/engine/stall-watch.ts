import { WaybillError } from "@waybill/core";

/** Notices when something that must keep moving does not. */
export interface StallWatch extends Disposable {
  /** Aborts with `STALLED` after `stallMs` without a move, or as soon as the outer signal does. */
  signal: AbortSignal;
  moved: () => void;
  /** The longest time without a move so far. */
  longestIdleMs: () => number;
  /** Wait for something, and count the time only meanwhile: a slow consumer is no stall. */
  during<T>(wait: Promise<T>): Promise<T>;
}

const TICKS = 8;

/** @param options.counting - whether time counts from the start, or only within `during` */
export function startStallWatch(options: {
  stallMs: number;
  signal: AbortSignal;
  counting: boolean;
}): StallWatch {
  const tickMs = options.stallMs / TICKS;
  const stalled = new AbortController();
  let counting = options.counting;
  let idleTicks = 0;
  let longestTicks = 0;
  // One timer for all: restarting one at every chunk costs more than the chunk.
  const timer = setInterval(() => {
    idleTicks = counting ? idleTicks + 1 : 0;
    longestTicks = Math.max(longestTicks, idleTicks);
    if (idleTicks >= TICKS) stalled.abort(new WaybillError("STALLED"));
  }, tickMs);
  return {
    signal: AbortSignal.any([options.signal, stalled.signal]),
    moved() {
      idleTicks = 0;
    },
    longestIdleMs: () => longestTicks * tickMs,
    async during(wait) {
      counting = true;
      try {
        return await wait;
      } finally {
        counting = false;
        idleTicks = 0;
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
