import { WaybillError, type SignedRequest } from "@waybill/core";
import { responseError } from "./response-error.ts";
import { CRAWLING_BYTES_PER_MS, startStallWatch, type StallWatch } from "./stall-watch.ts";

/** Not shared with another thread: what streams hold. */
export type Bytes = Uint8Array<ArrayBuffer>;

interface Wanted {
  request: SignedRequest;
  eTag: string;
  start: number;
  /** Where to end, exclusive, in an object of so many bytes. All that is left, when left out. */
  until?: { end: number; sizeBytes: number };
}

/**
 * The bytes of one version of an object from `start` on, as they arrive: one request, no retry.
 *
 * @throws {WaybillError} `OBJECT_CHANGED` when it is another version now, `STALLED`, or what the
 *   store refused it with
 */
export async function* readFrom(
  options: Wanted & { stallMs: number; signal: AbortSignal },
): AsyncGenerator<Bytes, void, undefined> {
  const { start, until, stallMs, signal } = options;
  using watch = startStallWatch({
    stallMs,
    signal,
    counting: false,
    leastBytesPerMs: CRAWLING_BYTES_PER_MS,
  });
  try {
    const reader = (await ask(options, watch)).getReader();
    let missing = until === undefined ? Number.POSITIVE_INFINITY : until.end - start;
    try {
      for (;;) {
        const { done, value } = await watch.during(reader.read());
        if (done) break;
        watch.moved(value.length);
        missing -= value.length;
        if (missing < 0) throw otherBytes();
        yield value;
      }
      if (until !== undefined && missing > 0)
        throw new WaybillError("STORAGE_UNREACHABLE", "The store closed the connection early.");
    } finally {
      await reader.cancel().catch(() => undefined); // it may have failed already: that error is on its way
    }
  } catch (error) {
    watch.signal.throwIfAborted();
    if (error instanceof WaybillError) throw error;
    throw new WaybillError("STORAGE_UNREACHABLE", undefined, { cause: error });
  }
}

async function ask(wanted: Wanted, watch: StallWatch): Promise<ReadableStream<Bytes>> {
  const { request, eTag, start, until } = wanted;
  const range: Record<string, string> =
    start > 0 || until !== undefined ? { range: `bytes=${start}-${until ? until.end - 1 : ""}` } : {};
  const headers = { ...request.headers, "if-match": eTag, ...range };
  const response = await watch.during(
    fetch(request.url, { headers, signal: watch.signal, cache: "no-store" }),
  );
  const { status } = response;
  if (status === 412 || status === 416) throw new WaybillError("OBJECT_CHANGED"); // 416: it is shorter now
  const refusal = response.ok
    ? undefined
    : responseError({
        status,
        text: await watch.during(response.text()),
        retryAfter: response.headers.get("retry-after") ?? undefined,
      });
  if (refusal !== undefined) throw refusal;
  // A store may answer a range that is the whole without calling it a range.
  const isWhole = start === 0 && (until === undefined || until.end === until.sizeBytes);
  if (!isWhole && status !== 206) throw new WaybillError("STORAGE_DENIED", "The store ignored the range.");
  const answered = response.headers.get("content-range"); // null also where a page may not read it
  if (until !== undefined && answered !== null && answered !== contentRange(start, until)) throw otherBytes();
  if (response.body === null) throw new WaybillError("STORAGE_UNREACHABLE");
  return response.body;
}

function contentRange(start: number, { end, sizeBytes }: { end: number; sizeBytes: number }): string {
  return `bytes ${start}-${end - 1}/${sizeBytes}`;
}

function otherBytes(): WaybillError {
  return new WaybillError("STORAGE_DENIED", "The store answered with other bytes than it was asked for.");
}
