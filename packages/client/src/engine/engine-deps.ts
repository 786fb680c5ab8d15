import { sleep, type RetryDeps } from "@waybill/core";
import { createApiClient, type ApiClient } from "../api-client.ts";

/** What the engine needs from outside; tests give it a clock and randomness of their own. */
export interface EngineDeps extends RetryDeps {
  api: ApiClient;
  /** Named in errors, so that people know what cannot be reached. */
  apiUrl: string;
  nowMs: () => number;
  /** A request on which no byte moves for so long is given up and sent again. */
  stallMs: number;
}

export interface ClientOptions {
  /** Where the API answers. */
  url: string;
  /** A bearer token, or how to get a fresh one. */
  token?: string | (() => Promise<string | undefined>) | undefined;
  /** A request on which no byte moves for so long is sent again. Default 30,000. */
  stallMs?: number | undefined;
}

/** The real ones, for browsers and Node alike. */
export function createEngineDeps(options: ClientOptions): EngineDeps {
  return {
    api: createApiClient(options),
    apiUrl: options.url,
    sleep,
    random: Math.random,
    nowMs: () => performance.now(),
    stallMs: options.stallMs ?? 30_000,
  };
}
