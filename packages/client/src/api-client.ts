import { createTRPCClient, httpLink, TRPCClientError, type TRPCClient } from "@trpc/client";
import { isWaybillErrorCode, WaybillError, type WaybillErrorCode } from "@waybill/core";
import type { AppRouter } from "@waybill/api";

export type ApiClient = TRPCClient<AppRouter>;

const CALL_TIMEOUT_MS = 30_000; // API Gateway gives up after as long

/**
 * The typed API.
 *
 * @param options.url - where the API answers, such as `https://api.example.com`
 * @param options.token - a bearer token, or how to get a fresh one
 */
export function createApiClient(options: {
  url: string;
  token?: string | (() => Promise<string | undefined>) | undefined;
}): ApiClient {
  const { url, token } = options;
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url,
        headers: async () => {
          const bearer = typeof token === "function" ? await token() : token;
          return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
        },
        fetch: async (input, init) => {
          const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
          const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
          const response = await fetch(input, { ...init, signal });
          // tRPC forgets the status of what it cannot parse.
          if (!response.headers.get("content-type")?.includes("json"))
            throw gatewayError(url, response.status);
          return response;
        },
      }),
    ],
  });
}

/** What a failed call means: the API's own words, or why it could not be asked. */
export function apiError(error: unknown, apiUrl: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  if (!(error instanceof TRPCClientError)) return error;
  if (error.cause instanceof WaybillError) return error.cause;
  const code: unknown = error.data?.waybillCode;
  if (isWaybillErrorCode(code)) return new WaybillError(code, error.message, { cause: error });
  const response: unknown = error.meta?.["response"];
  if (response instanceof Response) return gatewayError(apiUrl, response.status);
  return new WaybillError("API_UNREACHABLE", `The API at ${apiUrl} cannot be reached.`, { cause: error });
}

const GATEWAY_CODES: Record<number, WaybillErrorCode> = {
  401: "UNAUTHENTICATED",
  403: "FORBIDDEN",
  413: "TOO_LARGE",
};

/** Not our router answered, but the gateway in front of it, or something else altogether. */
function gatewayError(apiUrl: string, status: number): WaybillError {
  const code = GATEWAY_CODES[status];
  if (code !== undefined)
    return new WaybillError(code, `The gateway of the API at ${apiUrl} refused the call (HTTP ${status}).`);
  if (status >= 500)
    return new WaybillError("API_UNREACHABLE", `The API at ${apiUrl} is not available (HTTP ${status}).`);
  return new WaybillError("API_UNKNOWN", `What answers at ${apiUrl} is not Waybill's API (HTTP ${status}).`);
}
