import {
  createSmallCrc64Nvme,
  isWaybillErrorCode,
  MiB,
  partRequest,
  SINGLE_PUT_LIMIT_BYTES,
  sleep,
  unpackSignature,
  WaybillError,
  type Checksum,
  type RunningChecksum,
  type StoredObject,
} from "@waybill/core";
import type { ApiClient } from "../api-client.ts";

export type { ApiClient };

export interface SmallUploadOptions {
  /** Default `files`. */
  collection?: string | undefined;
  /** Default: the File's own name, else `blob`. */
  fileName?: string | undefined;
  /** Default: the Blob's own type, else `application/octet-stream`. */
  contentType?: string | undefined;
  metadata?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
}

/** What is stored. */
export type SmallUploadResult = Omit<StoredObject, "lastModified"> & { checksum: Checksum };

const TRIES = 6;
const BASE_DELAY_MS = 250;
const CALL_TIMEOUT_MS = 30_000;
/** A body that moves slower than this does not move. */
const MIN_BYTES_PER_MS = 16;

/**
 * Upload a file of up to 16 MiB in one request: as little code as can be right, for pages that send
 * avatars and attachments. No progress, no pause and no resume: these are in `@waybill/client/browser`.
 *
 * @param api - `createTRPCClient<AppRouter>` of @trpc/client, with any links
 * @returns only what is proven: the store's own checksum of the object equals that of the Blob
 * @throws {WaybillError} `TOO_LARGE`, and what the API or the store refused it with
 */
export function uploadSmall(
  api: ApiClient,
  blob: Blob,
  options: SmallUploadOptions = {},
): Promise<SmallUploadResult> {
  return upload(api, blob, options, createSmallCrc64Nvme);
}

async function upload(
  api: ApiClient,
  blob: Blob,
  options: SmallUploadOptions,
  createChecksum: () => RunningChecksum,
): Promise<SmallUploadResult> {
  const { collection, metadata = {}, signal = new AbortController().signal } = options;
  if (blob.size > SINGLE_PUT_LIMIT_BYTES) throw new WaybillError("TOO_LARGE");
  const value = await checksumOf(blob, createChecksum(), signal);
  const about = {
    fileName: options.fileName ?? (blob instanceof File ? blob.name : "blob"),
    contentType: options.contentType ?? (blob.type === "" ? "application/octet-stream" : blob.type),
    metadata,
    sizeBytes: blob.size,
  };
  const input = { ...about, collection, partChecksums: [value] };
  const waybill = await retry(signal, CALL_TIMEOUT_MS, (within) =>
    api.uploads.create.mutate(input, { signal: within }).catch(refuse),
  );
  const { token, key, parts, integrity: algorithm, mustComplete } = waybill;
  // Nothing is stored yet, so that nothing is left of the one that brought the wrong checksum.
  if (algorithm === "MD5" && createChecksum === createSmallCrc64Nvme)
    return upload(api, blob, options, (await import("./create-md5.ts").catch(refuse)).createMd5);
  const signature = unpackSignature(parts.signatures, 0, parts.signatureForm) ?? "";
  const part = { partNumber: 1, sizeBytes: blob.size, signature, checksum: value };
  const request = partRequest(parts.template, part);
  const eTag = await retry(
    signal,
    CALL_TIMEOUT_MS + Math.ceil(blob.size / MIN_BYTES_PER_MS),
    async (within) => {
      const { method, url, headers } = request;
      const sent = { method, headers, body: blob, signal: within };
      const { status, headers: answered } = await fetch(url, sent).catch(unreachable);
      // 412: an earlier try may have arrived though its answer was lost. The server finds out.
      if (status === 429 || status >= 500) throw new WaybillError("STORAGE_BUSY");
      if (status >= 300 && status !== 412) throw new WaybillError("STORAGE_DENIED");
      return answered.get("x-amz-checksum-crc64nvme") === value && answered.get("etag");
    },
  );
  const checksum = { algorithm, value };
  // The store has said itself what it holds.
  if (eTag && !mustComplete) return { ...about, key, eTag, checksum };
  const object = await retry(signal, CALL_TIMEOUT_MS, (within) =>
    api.uploads.complete
      .mutate({ token, partChecksums: [value], checksum }, { signal: within })
      .catch(refuse),
  );
  // The server has compared already; we believe what we can see for ourselves.
  if (object.checksum?.value !== value) throw new WaybillError("CHECKSUM_MISMATCH");
  return { ...object, checksum };
}

async function checksumOf(blob: Blob, checksum: RunningChecksum, signal: AbortSignal): Promise<string> {
  for (let start = 0; start < blob.size; start += MiB) {
    signal.throwIfAborted();
    checksum.update(new Uint8Array(await blob.slice(start, start + MiB).arrayBuffer()));
  }
  return checksum.digest();
}

/** Again, while that can help, with full jitter. @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
async function retry<T>(
  signal: AbortSignal,
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    } catch (error) {
      signal.throwIfAborted();
      if (tries === TRIES || !(error instanceof WaybillError && error.retryable)) throw error;
      await sleep(error.retryAfterMs + Math.random() * BASE_DELAY_MS * 2 ** tries, signal);
    }
  }
}

/** What a failed call means: the API's own words, or that it could not be asked. */
function refuse(error: {
  message: string;
  data?: { waybillCode?: unknown; retryAfterMs?: number | undefined } | null;
}): never {
  const { waybillCode: code, retryAfterMs } = error.data ?? {};
  if (isWaybillErrorCode(code)) throw new WaybillError(code, error.message, { cause: error, retryAfterMs });
  throw new WaybillError("API_UNREACHABLE", undefined, { cause: error });
}

function unreachable(cause: unknown): never {
  throw new WaybillError("STORAGE_UNREACHABLE", undefined, { cause });
}
