import { open } from "node:fs/promises";
import { combineCrc64Nvme, MiB, WaybillError, type StoredObject } from "@waybill/core";
import { callApi } from "../engine/call-api.ts";
import type { DownloadOptions as EngineDownloadOptions } from "../engine/download.ts";
import type { EngineDeps } from "../engine/engine-deps.ts";
import { createPatience, type Patience } from "../engine/patience.ts";
import { createProgressMeter } from "../engine/progress.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import type { DownloadResult } from "../engine/download-result.ts";
import { findDownloadTarget } from "./download-target.ts";
import { createGrantKeeper } from "../engine/grant-keeper.ts";
import { writingTo } from "./local-file-error.ts";
import { receiveFile, type FileReceiver } from "./receive-file.ts";
import { receiveRange } from "./receive-range.ts";

export interface DownloadOptions extends EngineDownloadOptions {
  /** Into a file: bytes per request, 64 KiB to 1 GiB. Default 16 MiB. */
  rangeSizeBytes?: number | undefined;
  /** Into a file: requests at once, 1 to 32. Default 4. */
  concurrency?: number | undefined;
  /**
   * Into a file: when it is cancelled or the network fails, leave what has come beside the target, for
   * the next call to go on with. Default false. What a killed process leaves is taken up in any case.
   */
  keepPartial?: boolean | undefined;
}

/** Into a file, which appears whole or not at all; or into a function, in order. */
export type DownloadTo = string | ((chunk: Uint8Array) => Promise<void>);

const DEFAULT_RANGE_BYTES = 16 * MiB;
const DEFAULT_CONCURRENCY = 4;
/** Of a stream: small enough that a slow one does not come in jerks. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Bring an object of the store, and prove it.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND`, `OBJECT_CHANGED`, `CHECKSUM_MISMATCH`, `LOCAL_FILE`
 */
export async function download(
  deps: EngineDeps,
  pool: ConnectionPool,
  { key, to, options = {} }: { key: string; to: DownloadTo; options?: DownloadOptions | undefined },
): Promise<DownloadResult> {
  const startedAt = deps.nowMs();
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const target = typeof to === "string" ? await findDownloadTarget(to) : undefined;
  const grant = (patience?: Patience) =>
    callApi(deps, { signal, ...(patience && { patience }) }, () =>
      deps.api.downloads.create.mutate({ key }, { signal }),
    );
  const first = await grant();
  const { object } = first;
  const report = options.onProgress;
  const meter = createProgressMeter({ totalBytes: object.sizeBytes, nowMs: deps.nowMs, report });
  const receiver: FileReceiver = {
    deps,
    pool,
    grants: createGrantKeeper(first, () => grant(createPatience(deps, { signal, limitMs: deps.patienceMs }))),
    signal,
    rangeSizeBytes: clamp(options.rangeSizeBytes ?? DEFAULT_RANGE_BYTES, 64 * 1024, 1024 * MiB),
    concurrency: clamp(options.concurrency ?? DEFAULT_CONCURRENCY, 1, 32),
    keepPartial: options.keepPartial ?? false,
    onBytes: (bytes) => meter.update(bytes),
    pace: deps.traffic.pace,
  };
  const receive = async () => {
    if (typeof to !== "string") return receiveStream(receiver, object, to);
    if (target?.kind === "pipe") return receivePipe(receiver, object, to);
    return receiveFile(receiver, object, { path: target?.path ?? to, asked: to });
  };
  const value = await receive();
  return {
    ...object,
    verified: object.checksum !== null,
    checksum: { algorithm: "CRC64NVME", value },
    durationMs: deps.nowMs() - startedAt,
  };
}

/** In order and each once. Only its end tells whether it was right, so that nothing is tried twice. */
async function receiveStream(
  receiver: FileReceiver,
  object: StoredObject,
  write: (chunk: Uint8Array) => Promise<void>,
): Promise<string> {
  const { sizeBytes, eTag, checksum } = object;
  receiver.onBytes(0);
  if (sizeBytes === 0) return combineCrc64Nvme([]);
  const value = await receiveRange(
    {
      ...receiver,
      nextBuffer: () => Buffer.allocUnsafeSlow(Math.min(sizeBytes, CHUNK_BYTES)), // it may be kept
      async deliver(bytes, position) {
        await write(bytes);
        receiver.onBytes(position + bytes.length);
      },
    },
    { range: { start: 0, end: sizeBytes }, sizeBytes, eTag },
  );
  if (checksum !== null && checksum.value !== value) throw new WaybillError("CHECKSUM_MISMATCH");
  return value;
}

async function receivePipe(receiver: FileReceiver, object: StoredObject, path: string): Promise<string> {
  const handle = await writingTo(path, () => open(path, "w"));
  try {
    return await receiveStream(receiver, object, (chunk) => writingTo(path, () => handle.writeFile(chunk)));
  } finally {
    await handle.close();
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.trunc(value)));
}
