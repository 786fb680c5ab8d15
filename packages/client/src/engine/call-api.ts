import { retry } from "@waybill/core";
import { apiError } from "../api-client.ts";
import type { EngineDeps } from "./engine-deps.ts";

/** A first call: people wait for it, and nothing is lost when it fails. */
export const FEW_ATTEMPTS = 4;
/** In the middle of a transfer: bytes have moved that would have to move again. */
export const MANY_ATTEMPTS = 9;

/** One call of the API, tried again while trying can help; its failure is a `WaybillError`. */
export function callApi<T>(
  deps: EngineDeps,
  options: { signal: AbortSignal | undefined; attempts: number },
  call: () => Promise<T>,
): Promise<T> {
  const { signal } = options;
  const once = async () => {
    try {
      return await call();
    } catch (error) {
      throw apiError(error, deps.apiUrl, signal);
    }
  };
  return retry(once, deps, options);
}
