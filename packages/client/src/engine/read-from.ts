import { WaybillError, type SignedRequest } from "@waybill/core";
import { responseError } from "./response-error.ts";
import { startStallWatch } from "./stall-watch.ts";

/** Not shared with another thread: what streams hold. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The bytes of one version of an object from `start` on, as they arrive: one request, no retry.
 *
 * @throws {WaybillError} `OBJECT_CHANGED` when it is another version now, `STALLED`, or what the
 *   store refused it with
 */
export async function* readFrom(options: {
  request: SignedRequest;
  eTag: string;
  start: number;
  stallMs: number;
  signal: AbortSignal;
}): AsyncGenerator<Bytes, void, undefined> {
  const { request, eTag, start, stallMs, signal } = options;
  using watch = startStallWatch({ stallMs, signal, counting: false });
  const range: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
  const headers = { ...request.headers, "if-match": eTag, ...range };
  try {
    const response = await watch.during(
      fetch(request.url, { headers, signal: watch.signal, cache: "no-store" }),
    );
    const { status } = response;
    if (status === 412) throw new WaybillError("OBJECT_CHANGED");
    const refusal = response.ok
      ? undefined
      : responseError({
          status,
          text: await watch.during(response.text()),
          retryAfter: response.headers.get("retry-after") ?? undefined,
        });
    if (refusal !== undefined) throw refusal;
    if (start > 0 && status !== 206) throw new WaybillError("STORAGE_DENIED", "The store ignored the range.");
    if (response.body === null) throw new WaybillError("STORAGE_UNREACHABLE");
    const reader = response.body.getReader();
    try {
      for (;;) {
        const { done, value } = await watch.during(reader.read());
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined); // it may have failed already: that error is on its way
    }
  } catch (error) {
    watch.signal.throwIfAborted();
    if (error instanceof WaybillError) throw error;
    throw new WaybillError("STORAGE_UNREACHABLE", undefined, { cause: error });
  }
}
