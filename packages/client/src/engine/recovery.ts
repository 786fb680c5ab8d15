import { WaybillError, type RetryDeps } from "@waybill/core";

/** Requests that may fail one after another without a byte in between. */
const MAX_FAILURES = 5;
/** A store that asks for a longer pause than this is asked again all the same. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Decides, failure by failure, whether a read goes on. */
export interface Recovery {
  /** Bytes have come: what failed before no longer counts. */
  progressed(): void;
  /**
   * Do what the next request needs: wait, or get a new grant.
   *
   * @param retryAfterMs - what the store asked for
   * @throws the error itself when nothing can help, or nothing has for too often
   */
  recover(error: unknown, retryAfterMs?: number): Promise<void>;
}

export function createRecovery(options: {
  deps: RetryDeps;
  signal: AbortSignal;
  /** Called for `GRANT_EXPIRED`. */
  renew: () => Promise<void>;
}): Recovery {
  const { deps, signal, renew } = options;
  let failures = 0;
  return {
    progressed() {
      failures = 0;
    },
    async recover(error, retryAfterMs = 0) {
      signal.throwIfAborted();
      if (!(error instanceof WaybillError) || ++failures > MAX_FAILURES) throw error;
      if (error.code === "GRANT_EXPIRED") return renew();
      if (!error.retryable) throw error;
      // The jitter comes on top of what was asked for, lest all return in the same moment.
      const pauseMs = Math.min(MAX_RETRY_AFTER_MS, retryAfterMs);
      await deps.sleep(pauseMs + deps.random() * 250 * 2 ** failures, signal);
    },
  };
}
