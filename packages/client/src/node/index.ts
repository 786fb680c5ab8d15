import type { FileHandle } from "node:fs/promises";
import type { ApiClient } from "../api-client.ts";
import { callApi } from "../engine/call-api.ts";
import { createEngineDeps, type ClientOptions } from "../engine/engine-deps.ts";
import type { Source } from "../engine/platform.ts";
import type { FileDownloadOptions } from "../engine/file-download.ts";
import { createTransfer, type Transfer } from "../engine/transfer.ts";
import type { ClientCollections, DefaultCollections, Uploader } from "../engine/typed-upload.ts";
import { createWholeChecksum } from "../engine/whole-checksum.ts";
import { startUpload, type UploadOptions } from "../engine/upload.ts";
import { createApiFetch } from "./api-fetch.ts";
import { createConnectionPool } from "./connection-pool.ts";
import { createMd5 } from "./create-md5.ts";
import { downloadSteps, type DownloadTo } from "./download.ts";
import { openFileSource, type FileRange } from "./file-source.ts";
import { createHttpTransport } from "./http-transport.ts";
import { spoolStream } from "./spool-stream.ts";
import type { DownloadResult } from "../engine/download-result.ts";

export type { ApiClient, TokenSource } from "../api-client.ts";
export { createProgressMeter, type Progress } from "../engine/progress.ts";
export type { Transfer, TransferEvent } from "../engine/transfer.ts";
export type { TransferState } from "../engine/transfer-state.ts";
export type { JournalEntry, UploadJournal } from "../engine/upload-journal.ts";
export type { UploadOptions, UploadResult } from "../engine/upload.ts";
export type { ClientOptions } from "../engine/engine-deps.ts";
export type { ClientCollections, UploadOptionsFor, Uploader } from "../engine/typed-upload.ts";
export type { FileDownloadOptions as DownloadOptions } from "../engine/file-download.ts";
export type { DownloadResult } from "../engine/download-result.ts";
export { createFileJournal } from "./file-journal.ts";

/** A path, an open file handle, or a stream, which is spooled to a temporary file first. */
export type UploadSource = string | FileHandle | AsyncIterable<Uint8Array>;

export interface WaybillClient<C extends ClientCollections = DefaultCollections>
  extends Uploader<UploadSource, C>, Disposable {
  api: ApiClient;
  /** Any call of the API, with retries; its failure is a `WaybillError`. */
  call<T>(run: (api: ApiClient) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Into a file, which appears whole or not at all; or into a function, chunk by chunk, in order. */
  download(key: string, to: DownloadTo, options?: FileDownloadOptions): Promise<DownloadResult>;
  /** The same, to be watched, paused, resumed and cancelled. */
  startDownload(key: string, to: DownloadTo, options?: FileDownloadOptions): Transfer<DownloadResult>;
}

const loadMd5 = async () => ({ createMd5 });

/** The client for Node: bodies go between file and socket in a few reused buffers. */
export function createWaybillClient<C extends ClientCollections = DefaultCollections>(
  options: ClientOptions,
): WaybillClient<C>;
export function createWaybillClient(options: ClientOptions): WaybillClient<ClientCollections> {
  const { fetch, close: closeApi } = createApiFetch();
  const deps = createEngineDeps(options, {
    maxRequests: 16,
    whenOnline: () => undefined,
    loadMd5,
    wholeChecksum: createWholeChecksum(loadMd5),
    fetch,
  });
  const { api } = deps;
  const { transport, close } = createHttpTransport();
  const pool = createConnectionPool();
  const start = (source: UploadSource, uploadOptions: UploadOptions = {}) =>
    startUpload(deps, () => openSource(source, uploadOptions), transport, uploadOptions);
  const startDownload = (key: string, to: DownloadTo, downloadOptions: FileDownloadOptions = {}) =>
    createTransfer({
      signal: downloadOptions.signal,
      ...downloadSteps(deps, pool, { key, to, options: downloadOptions }),
    });
  return {
    api,
    call: (run, signal = new AbortController().signal) => callApi(deps, { signal }, () => run(api)),
    startUpload: start,
    upload: (...args: Parameters<typeof start>) => start(...args).result,
    startDownload,
    download: (...args) => startDownload(...args).result,
    [Symbol.dispose]() {
      closeApi();
      close();
      pool.close();
    },
  };
}

async function openSource(source: UploadSource, options: UploadOptions): Promise<Source<FileRange>> {
  if (typeof source === "string" || "fd" in source) return openFileSource(source);
  const { fileName = "stream", signal = new AbortController().signal } = options;
  return spoolStream(source, { fileName, signal });
}
