import {
  proofOf,
  WaybillError,
  type RouteChoice,
  type SignedRequest,
  type StoredObject,
} from "@waybill/core";
import { grantsFor } from "./download-grants.ts";
import type { EngineDeps } from "./engine-deps.ts";
import type { GrantKeeper } from "./grant-keeper.ts";
import { createProgressMeter, type Progress } from "./progress.ts";
import { readFrom, type Bytes } from "./read-from.ts";
import { createRecovery } from "./recovery.ts";

export interface DownloadOptions {
  /** Default `auto`. */
  route?: RouteChoice | undefined;
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
 * @throws {WaybillError} `OBJECT_NOT_FOUND`, `ROUTE_UNAVAILABLE`; from `chunks` also `OBJECT_CHANGED`, `CHECKSUM_MISMATCH`
 */
export async function download(
  deps: EngineDeps,
  key: string,
  options: DownloadOptions = {},
): Promise<Download> {
  const signal = options.signal ?? new AbortController().signal;
  const grants = await grantsFor(deps, { key, route: options.route })(signal);
  const { object } = grants;
  const { expected, startWhole } = await proofOf(object, deps.loadMd5);
  const whole = startWhole();
  const chunks = readAll({
    deps,
    object,
    grants: grants.keeper(signal),
    signal,
    onProgress: options.onProgress,
    onChunk: (chunk) => whole.update(chunk),
  });
  async function* verified(): AsyncGenerator<Bytes, void, undefined> {
    yield* chunks;
    if (expected !== null && expected.value !== whole.digest().value)
      throw new WaybillError("CHECKSUM_MISMATCH");
  }
  return { object, chunks: verified() };
}

async function* readAll(options: {
  deps: EngineDeps;
  object: StoredObject;
  grants: GrantKeeper;
  signal: AbortSignal;
  onProgress: DownloadOptions["onProgress"];
  onChunk: (chunk: Bytes) => void;
}): AsyncGenerator<Bytes, void, undefined> {
  const { deps, grants, signal, onChunk } = options;
  const { sizeBytes, eTag } = options.object;
  const meter = createProgressMeter({ totalBytes: sizeBytes, nowMs: deps.nowMs, report: options.onProgress });
  let request: SignedRequest | undefined;
  let received = 0;
  const renew = async () => request && grants.renew(request);
  const detour = async () => request !== undefined && (await grants.detour(request));
  const recovery = createRecovery({ deps, signal, renew, detour });
  meter.update(0);
  while (received < sizeBytes) {
    try {
      request = await grants.current();
      const wanted = { request, eTag, start: received, ...untilOf(received, sizeBytes, grants.maxBytes()) };
      for await (const chunk of readFrom({ ...wanted, stallMs: deps.stallMs, signal })) {
        received += chunk.length;
        recovery.progressed();
        onChunk(chunk);
        await deps.traffic.pace?.(chunk.length, signal);
        meter.update(received);
        yield chunk;
      }
      if (received < (wanted.until?.end ?? sizeBytes))
        throw new WaybillError("STORAGE_UNREACHABLE", "The store closed the connection early.");
    } catch (error) {
      await recovery.recover(error);
    }
  }
}

/** Where one request has to end, when it cannot bring all. */
function untilOf(start: number, sizeBytes: number, maxBytes: number) {
  return sizeBytes - start <= maxBytes ? {} : { until: { end: start + maxBytes, sizeBytes } };
}
