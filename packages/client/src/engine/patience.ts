import { WaybillError } from "@waybill/core";

export interface PatienceDeps {
  /** Rejects with the signal's reason as soon as it aborts. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  random: () => number; // [0, 1)
  /** A clock that never goes back. */
  nowMs: () => number;
  /** Undefined while there is a network; else resolves when there is one again. */
  whenOnline: (signal: AbortSignal) => Promise<void> | undefined;
}

/** Decides, failure by failure, whether something is tried again, and when. */
export interface Patience {
  /** Something was achieved: the time that counts begins anew. */
  progressed(): void;
  /**
   * Wait before something is tried again: with full jitter, and as long as whoever refused asked for.
   * Time without a network does not count.
   *
   * @param failures - how often this very thing has failed in a row, this time included
   * @throws the error itself when trying again cannot help, or when nothing was achieved for too long
   */
  afterFailure(error: unknown, failures: number): Promise<void>;
}

/** So many failures in a row are no hiccup: another route may do better. */
export const DETOUR_AFTER_FAILURES = 3;

/** However short the patience: one hiccup, or three, are no reason to give up. */
const MIN_TRIES = 4;
const BASE_DELAY_MS = 250;
const MAX_DELAY_MS = 8000;
/** Who may ask only so often is let in at the next minute, unless others of the same principal are faster. */
const MAX_THROTTLED_MS = 900_000;
/** A store that asks for a longer pause than this is asked again all the same. */
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * @param options.limitMs - asked at each failure: how long without anything achieved; 0: a few tries, for what somebody
 *   waits for
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function createPatience(
  deps: PatienceDeps,
  {
    signal,
    limitMs,
    onWait,
  }: { signal: AbortSignal; limitMs: () => number; onWait?: ((error: WaybillError) => void) | undefined },
): Patience {
  let progressedAtMs = deps.nowMs();
  return {
    progressed() {
      progressedAtMs = deps.nowMs();
    },
    async afterFailure(error, failures) {
      signal.throwIfAborted();
      if (!(error instanceof WaybillError && error.retryable)) throw error;
      const online = deps.whenOnline(signal);
      const elapsedMs = deps.nowMs() - progressedAtMs;
      // A fault inside the API is rarely one of the moment.
      const { code } = error;
      const isSpent =
        elapsedMs >= (code === "TOO_MANY_REQUESTS" ? MAX_THROTTLED_MS : limitMs()) || code === "INTERNAL";
      if (online === undefined && failures >= MIN_TRIES && isSpent) throw error;
      onWait?.(error);
      if (online !== undefined) {
        await online;
        progressedAtMs = deps.nowMs() - elapsedMs;
      }
      const ceilingMs = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (failures - 1));
      const askedMs = Math.min(MAX_RETRY_AFTER_MS, error.retryAfterMs);
      // The jitter comes on top of what was asked for, lest all return in the same moment.
      await deps.sleep(askedMs + deps.random() * ceilingMs, signal);
    },
  };
}
