import { WaybillError } from "../waybill-error.ts";

export interface RetryDeps {
  /** Rejects with the signal's reason as soon as it aborts. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  random: () => number; // [0, 1)
}

export interface RetryOptions {
  /** Tries in all, the first included. Default 6. */
  attempts?: number;
  /** The longest wait before the second try; doubles with every further one. Default 250. */
  baseDelayMs?: number;
  /** No single wait is longer. Default 8,000. */
  maxDelayMs?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Run something until it succeeds, fails for good, or has been tried often enough. Waits grow
 * exponentially, with full jitter, so that clients which failed together do not return together.
 *
 * @param run - only a `WaybillError` that says it is retryable is tried again
 * @throws what the last try threw; the signal's reason once it has aborted
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function retry<T>(
  run: () => Promise<T>,
  deps: RetryDeps,
  options: RetryOptions = {},
): Promise<T> {
  const { attempts = 6, baseDelayMs = 250, maxDelayMs = 8000, signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof WaybillError && error.retryable && attempt < attempts)) throw error;
    }
    const ceiling = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
    await deps.sleep(Math.floor(deps.random() * ceiling), signal);
  }
}
