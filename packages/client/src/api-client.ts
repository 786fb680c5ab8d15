import { createTRPCClient, httpBatchLink, TRPCClientError, type TRPCClient } from "@trpc/client";
import { isWaybillErrorCode, WaybillError, type WaybillErrorCode } from "@waybill/core";
import type { AppRouter } from "@waybill/api";

export type ApiClient = TRPCClient<AppRouter>;

/** What is needed of `fetch`. */
export type ApiFetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string | undefined; signal: AbortSignal },
) => Promise<ApiResponse>;

interface ApiResponse {
  status: number;
  ok: boolean;
  headers: { get(name: "content-type"): string | null };
  json(): Promise<unknown>;
}

/**
 * A bearer token, or how to get one. It is asked before each call, and once more when the API did not accept
 * what it gave, with that: whoever can renew it answers with another, and the call is made again.
 */
export type TokenSource =
  | string
  | ((options: { refused: string | undefined }) => Promise<string | undefined>);

/** API Gateway gives up after as long. */
const CALL_TIMEOUT_MS = 30_000;

/** In one request. */
const MAX_CALLS = 16;

/**
 * The typed API.
 *
 * @param options.url - where the API answers, such as `https://api.example.com`
 * @param options.token - without one only what is for everybody can be called
 * @param options.callTimeoutMs - a call without an answer for so long is given up. Default 30,000
 * @param options.fetch - default: the platform's own
 */
export function createApiClient(options: {
  url: string;
  token?: TokenSource | undefined;
  callTimeoutMs?: number | undefined;
  fetch?: ApiFetch;
}): ApiClient {
  const { url, token, callTimeoutMs = CALL_TIMEOUT_MS, fetch: send = platformFetch } = options;
  const tokenFor = async (refused?: string) => (typeof token === "function" ? token({ refused }) : token);
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url,
        maxItems: MAX_CALLS,
        fetch: async (input, init) => {
          // tRPC's own, which are a plain object; and its body is JSON.
          const headers = Object.fromEntries(
            Object.entries(init?.headers ?? {}).map(([name, value]) => [name, String(value)]),
          );
          const sendWith = (bearer: string | undefined) => {
            const timeout = AbortSignal.timeout(callTimeoutMs);
            return send(typeof input === "object" && "url" in input ? input.url : String(input), {
              method: init?.method ?? "GET",
              headers: bearer === undefined ? headers : { ...headers, authorization: `Bearer ${bearer}` },
              body: typeof init?.body === "string" ? init.body : undefined,
              signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
            });
          };
          const bearer = await tokenFor();
          let response = await sendWith(bearer);
          if (response.status === 401 && bearer !== undefined) {
            const renewed = await tokenFor(bearer);
            if (renewed !== undefined && renewed !== bearer) response = await sendWith(renewed);
          }
          // tRPC forgets the status of what it cannot parse.
          if (!response.headers.get("content-type")?.includes("json"))
            throw gatewayError(url, response.status);
          return response;
        },
      }),
    ],
  });
}

const platformFetch: ApiFetch = (url, { body = null, ...init }) => {
  // Without it browsers take no cookies from another origin.
  const credentials = url.includes("downloads.cookies") ? "include" : "same-origin";
  return fetch(url, { ...init, body, credentials });
};

/** What a failed call means: the API's own words, or why it could not be asked. */
export function apiError(error: unknown, apiUrl: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (!(error instanceof TRPCClientError)) return error;
  if (error.cause instanceof WaybillError) return error.cause;
  const code: unknown = error.data?.waybillCode;
  if (isWaybillErrorCode(code))
    return new WaybillError(code, error.message, { cause: error, retryAfterMs: error.data.retryAfterMs });
  const response = error.meta?.["response"]; // what `fetch` has answered above, if it has
  if (response instanceof Object && "status" in response)
    return gatewayError(apiUrl, Number(response.status));
  return new WaybillError("API_UNREACHABLE", `The API at ${apiUrl} cannot be reached.`, { cause: error });
}

const GATEWAY_CODES: Record<number, WaybillErrorCode> = {
  403: "FORBIDDEN",
  413: "TOO_LARGE",
  429: "TOO_MANY_REQUESTS",
};

/** Not our router answered, but the gateway in front of it, or something else altogether. */
function gatewayError(apiUrl: string, status: number): WaybillError {
  if (status === 401) {
    return new WaybillError(
      "UNAUTHENTICATED",
      `The API at ${apiUrl} does not know who you are. Please log in.`,
    );
  }
  const code = GATEWAY_CODES[status];
  if (code !== undefined)
    return new WaybillError(code, `The gateway of the API at ${apiUrl} refused the call (HTTP ${status}).`);
  if (status >= 500)
    return new WaybillError("API_UNREACHABLE", `The API at ${apiUrl} is not available (HTTP ${status}).`);
  return new WaybillError("API_UNKNOWN", `What answers at ${apiUrl} is not Waybill's API (HTTP ${status}).`);
}
