import type { RetryDeps } from "@waybill/core";
import type { ApiClient } from "../api-client.ts";

/** What the engine needs from outside; tests give it a clock and randomness of their own. */
export interface EngineDeps extends RetryDeps {
  api: ApiClient;
  /** Named in errors, so that people know what cannot be reached. */
  apiUrl: string;
  nowMs: () => number;
  /** A request on which no byte moves for so long is given up and sent again. */
  stallMs: number;
}
