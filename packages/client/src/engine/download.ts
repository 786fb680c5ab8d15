import { proofOf, WaybillError, type CreateDownloadOutput, type StoredObject } from "@waybill/core";
import { callApi } from "./call-api.ts";
import type { EngineDeps } from "./engine-deps.ts";
import { createProgressMeter, type Progress } from "./progress.ts";
import { readFrom, type Bytes } from "./read-from.ts";
import { createPatience, type Patience } from "./patience.ts";
import { createRecovery } from "./recovery.ts";

export interface DownloadOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Download {
  object: StoredObject;
  /** In order, each once; ends only when all bytes are there and are those that the store vouches for. */
  chunks: AsyncGenerator<Bytes, void, undefined>;
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
  const grant = (patience?: Patience) =>
    callApi(deps, { signal, ...(patience && { patience }) }, () =>
      deps.api.downloads.create.mutate({ key }, { signal }),
    );
  const first = await grant();
  const { expected, startWhole } = await proofOf(first.object, deps.loadMd5);
  const whole = startWhole();
  const regrant = () => grant(createPatience(deps, { signal, limitMs: deps.patienceMs }));
  const chunks = readAll({
    deps,
    first,
    regrant,
    signal,
    onProgress: options.onProgress,
    onChunk: (chunk) => whole.update(chunk),
  });
  async function* verified(): AsyncGenerator<Bytes, void, undefined> {
    yield* chunks;
    if (expected !== null && expected.value !== whole.digest().value)
      throw new WaybillError("CHECKSUM_MISMATCH");
  }
  return { object: first.object, chunks: verified() };
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
  const renew = async () => void ({ request } = await regrant());
  const recovery = createRecovery({ deps, signal, renew });
  meter.update(0);
  while (received < sizeBytes) {
    try {
      for await (const chunk of readFrom({ request, eTag, start: received, stallMs: deps.stallMs, signal })) {
        received += chunk.length;
        recovery.progressed();
        onChunk(chunk);
        await deps.traffic.pace?.(chunk.length, signal);
        meter.update(received);
        yield chunk;
      }
      if (received < sizeBytes)
        throw new WaybillError("STORAGE_UNREACHABLE", "The store closed the connection early.");
    } catch (error) {
      await recovery.recover(error);
    }
  }
}
