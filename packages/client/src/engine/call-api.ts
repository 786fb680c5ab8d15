import { WaybillError } from "@waybill/core";
import { apiError } from "../api-client.ts";
import type { EngineDeps } from "./engine-deps.ts";
import { createPatience, type Patience } from "./patience.ts";

/**
 * One call of the API, tried again while trying can help; its failure is a `WaybillError`.
 *
 * @param options.patience - that of a transfer; without it a few tries, since somebody waits and nothing is lost
 */
export async function callApi<T>(
  deps: EngineDeps,
  options: { signal: AbortSignal; patience?: Patience },
  call: () => Promise<T>,
): Promise<T> {
  const { signal, patience = createPatience(deps, { signal, limitMs: () => 0 }) } = options;
  for (let failures = 1; ; failures++) {
    try {
      const answer = await call();
      deps.isKnown = true;
      return answer;
    } catch (error) {
      const failure = apiError(error, deps.apiUrl, signal);
      // Whatever else it says, it is there.
      deps.isKnown ||= failure instanceof WaybillError && !failure.code.startsWith("API_");
      await patience.afterFailure(failure, failures);
    }
  }
}
