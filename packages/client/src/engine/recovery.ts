import { WaybillError } from "@waybill/core";
import { createPatience, DETOUR_AFTER_FAILURES, type PatienceDeps } from "./patience.ts";

/**
 * Grants that are refused one after another, without a byte in between: as expired, or at all. Of a refusal the API is asked
 * once. It knows whether the object is still there, which the store tells nobody who may not list; and where its keys have
 * been replaced since, it signs with another.
 */
const MAX_RENEWALS = { GRANT_EXPIRED: 4, STORAGE_DENIED: 1 };

/** Decides, failure by failure, whether a read goes on. */
export interface Recovery {
  /** Bytes have come: what failed before no longer counts. */
  progressed(): void;
  /**
   * Do what the next request needs: wait, or get a new grant.
   *
   * @throws the error itself when nothing can help, or nothing has for too long
   */
  recover(error: unknown): Promise<void>;
}

export function createRecovery(options: {
  deps: PatienceDeps & { patienceMs: number };
  signal: AbortSignal;
  /** Called for `GRANT_EXPIRED`, and once for `STORAGE_DENIED`. */
  renew: () => Promise<void>;
  /** Take another route; answers whether there is one. */
  detour: () => Promise<boolean>;
  onWait?: (error: WaybillError) => void;
}): Recovery {
  const { deps, signal, renew, detour, onWait } = options;
  const patience = createPatience(deps, { signal, limitMs: () => deps.patienceMs, onWait });
  let failures = 0;
  let renewals = { GRANT_EXPIRED: 0, STORAGE_DENIED: 0 };
  return {
    progressed() {
      failures = 0;
      renewals = { GRANT_EXPIRED: 0, STORAGE_DENIED: 0 };
      patience.progressed();
    },
    async recover(error) {
      signal.throwIfAborted();
      const code = error instanceof WaybillError ? error.code : undefined;
      if (code === "GRANT_EXPIRED" || code === "STORAGE_DENIED") {
        if (++renewals[code] > MAX_RENEWALS[code]) throw error;
        return renew();
      }
      failures += 1;
      const isFailing = error instanceof WaybillError && error.retryable;
      if (isFailing && failures % DETOUR_AFTER_FAILURES === 0 && (await detour())) return;
      return patience.afterFailure(error, failures);
    },
  };
}
