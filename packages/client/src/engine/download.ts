import {
  createCrc64Nvme,
  retry,
  WaybillError,
  type CreateDownloadOutput,
  type StoredObject,
} from "@waybill/core";
import { callApi, FEW_ATTEMPTS, MANY_ATTEMPTS } from "./call-api.ts";
import type { EngineDeps } from "./engine-deps.ts";
import { createProgressMeter, type Progress } from "./progress.ts";
import { responseError } from "./response-error.ts";
import { watchForStall } from "./watch-for-stall.ts";

/** Not shared with another thread: what streams hold. */
export type Bytes = Uint8Array<ArrayBuffer>;

export interface DownloadOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Download {
  object: StoredObject;
  /**
   * In order, each once; ends only when all bytes are there and are those that the store vouches
   * for, and returns their CRC64NVME.
   */
  chunks: AsyncGenerator<Bytes, string, undefined>;
}

/**
 * Read an object. An interrupted answer is continued where it broke off, pinned to the same version
 * by its ETag; an expired grant is renewed.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND`; from `chunks` also `OBJECT_CHANGED`, `CHECKSUM_MISMATCH`
 */
export async function download(
  deps: EngineDeps,
  key: string,
  options: DownloadOptions = {},
): Promise<Download> {
  const signal = options.signal ?? new AbortController().signal;
  const grant = (attempts: number) =>
    callApi(deps, { signal, attempts }, () => deps.api.downloads.create.mutate({ key }, { signal }));
  const first = await grant(FEW_ATTEMPTS);
  const checksum = await createCrc64Nvme();
  const regrant = () => grant(MANY_ATTEMPTS);
  const chunks = readAll({
    deps,
    first,
    regrant,
    signal,
    onProgress: options.onProgress,
    onChunk: (chunk) => checksum.update(chunk),
  });
  return { object: first.object, chunks: verify(first.object, chunks, checksum) };
}

async function* verify(
  object: StoredObject,
  chunks: AsyncGenerator<Bytes, void, undefined>,
  checksum: { digest(): string },
): AsyncGenerator<Bytes, string, undefined> {
  yield* chunks;
  const value = checksum.digest();
  if (object.checksum !== null && object.checksum.value !== value)
    throw new WaybillError("CHECKSUM_MISMATCH");
  return value;
}

async function* readAll(options: {
  deps: EngineDeps;
  first: CreateDownloadOutput;
  regrant: () => Promise<CreateDownloadOutput>;
  signal: AbortSignal;
  onProgress: DownloadOptions["onProgress"];
  onChunk: (chunk: Bytes) => void;
}): AsyncGenerator<Bytes, void, undefined> {
  const { deps, regrant, signal, onChunk } = options;
  const { sizeBytes, eTag } = options.first.object;
  const meter = createProgressMeter({ totalBytes: sizeBytes, nowMs: deps.nowMs, report: options.onProgress });
  let request = options.first.request;
  let received = 0;
  let failures = 0;
  meter.update(0);
  while (received < sizeBytes) {
    try {
      const body = await retry(() => openFrom(received), deps, { signal });
      for await (const chunk of untilStalled(body, deps.stallMs, signal)) {
        received += chunk.length;
        failures = 0;
        onChunk(chunk);
        meter.update(received);
        yield chunk;
      }
      if (received < sizeBytes)
        throw new WaybillError("STORAGE_UNREACHABLE", "The store closed the connection early.");
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof WaybillError) || ++failures > 5) throw error;
      if (error.code === "GRANT_EXPIRED") ({ request } = await regrant());
      else if (error.retryable) await deps.sleep(deps.random() * 250 * 2 ** failures, signal);
      else throw error;
    }
  }

  async function openFrom(start: number): Promise<ReadableStream<Bytes>> {
    const headers = {
      ...request.headers,
      "if-match": eTag,
      ...(start > 0 ? { range: `bytes=${start}-` } : {}),
    };
    return watchForStall({ stallMs: deps.stallMs, signal }, async (watched) => {
      const response = await fetchBytes(request.url, { headers, signal: watched });
      if (response.status === 412) throw new WaybillError("OBJECT_CHANGED");
      const refusal = response.ok
        ? undefined
        : responseError({ status: response.status, text: await response.text() });
      if (refusal !== undefined) throw refusal;
      if (start > 0 && response.status !== 206)
        throw new WaybillError("STORAGE_DENIED", "The store ignored the range.");
      if (response.body === null) throw new WaybillError("STORAGE_UNREACHABLE");
      return response.body;
    });
  }
}

async function fetchBytes(
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
): Promise<Response> {
  try {
    return await fetch(url, { ...init, cache: "no-store" });
  } catch (error) {
    init.signal.throwIfAborted();
    throw new WaybillError("STORAGE_UNREACHABLE", undefined, { cause: error });
  }
}

async function* untilStalled(body: ReadableStream<Bytes>, stallMs: number, signal: AbortSignal) {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await watchForStall({ stallMs, signal }, (watched) =>
        readChunk(reader, watched),
      );
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it may have failed already: that error is on its way
  }
}

async function readChunk(reader: ReadableStreamDefaultReader<Bytes>, signal: AbortSignal) {
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([reader.read(), aborted]);
  } catch (error) {
    signal.throwIfAborted();
    throw new WaybillError("STORAGE_UNREACHABLE", undefined, { cause: error });
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
