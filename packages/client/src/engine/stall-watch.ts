import { WaybillError } from "@waybill/core";

/** Notices when something that must keep moving does not, or only crawls. */
export interface StallWatch extends Disposable {
  /** Aborts with `STALLED` after `stallMs` without a move, or as soon as the outer signal does. */
  signal: AbortSignal;
  /** @param bytes - how many, where it matters how fast it goes */
  moved: (bytes?: number) => void;
  /** The longest time without a move so far. */
  longestIdleMs: () => number;
  /** Wait for something, and count the time only meanwhile: a slow consumer is no stall. */
  during<T>(wait: Promise<T>): Promise<T>;
}

const TICKS = 8;
/** What is so many times slower than usual crawls: a connection of its own will be faster. */
const CRAWLING = 20;
/** 8 KiB a second. Where nothing is lost by asking on another connection, what is slower is not waited for. */
export const CRAWLING_BYTES_PER_MS = 8;

/**
 * @param options.counting - whether time counts from the start, or only within `during`
 * @param options.usualBytesPerMs - of such requests; undefined: nobody knows, so that any speed will do
 * @param options.leastBytesPerMs - what is slower crawls, whatever is usual
 */
export function startStallWatch(options: {
  stallMs: number;
  signal: AbortSignal;
  counting: boolean;
  usualBytesPerMs?: number | undefined;
  leastBytesPerMs?: number;
}): StallWatch {
  const { stallMs, usualBytesPerMs = 0, leastBytesPerMs = 0 } = options;
  const tickMs = stallMs / TICKS;
  const leastBytes = Math.max(usualBytesPerMs / CRAWLING, leastBytesPerMs) * stallMs;
  const stalled = new AbortController();
  let counting = options.counting;
  let idleTicks = 0;
  let longestTicks = 0;
  const lately = { ticks: 0, bytes: 0 };

  function tick(): void {
    idleTicks = counting ? idleTicks + 1 : 0;
    longestTicks = Math.max(longestTicks, idleTicks);
    lately.ticks += counting ? 1 : 0;
    const crawls = lately.ticks >= TICKS && lately.bytes < leastBytes;
    if (idleTicks >= TICKS) stalled.abort(new WaybillError("STALLED"));
    else if (crawls) stalled.abort(new WaybillError("STALLED", "The bytes moved far slower than usual."));
    if (lately.ticks < TICKS) return;
    lately.ticks = 0;
    lately.bytes = 0;
  }

  // One timer for all: restarting one at every chunk costs more than the chunk.
  const timer = setInterval(tick, tickMs);
  return {
    signal: AbortSignal.any([options.signal, stalled.signal]),
    moved(bytes = 0) {
      idleTicks = 0;
      lately.bytes += bytes;
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
