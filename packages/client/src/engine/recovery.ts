import { WaybillError } from "@waybill/core";
import { createPatience, type PatienceDeps } from "./patience.ts";

/** Grants that are refused as expired, one after another without a byte in between. */
const MAX_RENEWALS = 4;

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
  onWait?: (error: WaybillError) => void;
}): Recovery {
  const { deps, signal, renew, onWait } = options;
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
      if (!(error instanceof WaybillError && error.code === "GRANT_EXPIRED"))
        return patience.afterFailure(error, ++failures);
      if (++renewals > MAX_RENEWALS) throw error;
      await renew();
    },
  };
}
