import { WaybillError } from "@waybill/core";
import { createPatience, type PatienceDeps } from "./patience.ts";

/** Grants that are refused as expired, one after another without a byte in between. */
const MAX_RENEWALS = 4;

/** So many failures in a row are no hiccup: another route may do better. */
export const DETOUR_AFTER_FAILURES = 3;

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
  /** Called for `GRANT_EXPIRED`. */
  renew: () => Promise<void>;
  /** Take another route; answers whether there is one. */
  detour: () => Promise<boolean>;
  onWait?: (error: WaybillError) => void;
}): Recovery {
  const { deps, signal, renew, detour, onWait } = options;
  const patience = createPatience(deps, { signal, limitMs: deps.patienceMs, onWait });
  let failures = 0;
  let renewals = 0;
  return {
    progressed() {
      failures = 0;
      renewals = 0;
      patience.progressed();
    },
    async recover(error) {
      signal.throwIfAborted();
      if (!(error instanceof WaybillError && error.code === "GRANT_EXPIRED")) {
        failures += 1;
        const isFailing = error instanceof WaybillError && error.retryable;
        if (isFailing && failures % DETOUR_AFTER_FAILURES === 0 && (await detour())) return;
        return patience.afterFailure(error, failures);
      }
      if (++renewals > MAX_RENEWALS) throw error;
      await renew();
    },
  };
}
