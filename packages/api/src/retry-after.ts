import type { TRPCError } from "@trpc/server";
import { WaybillError } from "@waybill/core";

/** After what time a refused call may be made again; undefined where nobody knows. */
export function retryAfterMsOf({ cause }: TRPCError): number | undefined {
  return cause instanceof WaybillError && cause.retryAfterMs > 0 ? cause.retryAfterMs : undefined;
}

/**
 * For tRPC's `responseMeta`: the header `Retry-After`. Of several calls in one request it is the longest; each has its own
 * in the `data` of its error.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfterMeta({ errors }: { errors: readonly TRPCError[] }): {
  headers?: Record<string, string>;
} {
  const seconds = Math.ceil(Math.max(0, ...errors.map((error) => retryAfterMsOf(error) ?? 0)) / 1000);
  return seconds === 0 ? {} : { headers: { "retry-after": String(seconds) } };
}
