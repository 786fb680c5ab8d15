import type { StoredObject } from "@waybill/core";
import type { ApiClient } from "../api-client.ts";
import { callApi } from "../engine/call-api.ts";
import type { DownloadResult } from "../engine/download-result.ts";
import type { DownloadOptions } from "../engine/download.ts";
import { createEngineDeps, type ClientOptions } from "../engine/engine-deps.ts";
import type { Bytes } from "../engine/read-from.ts";
import type { FileDownloadOptions } from "../engine/file-download.ts";
import { createTransfer, stepsFrom, type Transfer } from "../engine/transfer.ts";
import type { ClientCollections, DefaultCollections, Uploader } from "../engine/typed-upload.ts";
import { startUpload, type UploadOptions } from "../engine/upload.ts";
import type { Source } from "../engine/platform.ts";
import { blobSource, openHandle } from "./blob-source.ts";
import type { Checksummer } from "./checksums.ts";
import { whenOnline } from "./when-online.ts";
import { chunkLoader } from "./load-chunk.ts";
import { xhrTransport } from "./xhr-transport.ts";

export type { ApiClient, TokenSource } from "../api-client.ts";
export type { Progress } from "../engine/progress.ts";
export type { Transfer, TransferEvent } from "../engine/transfer.ts";
export type { TransferState } from "../engine/transfer-state.ts";
export type { JournalEntry, UploadJournal } from "../engine/upload-journal.ts";
export type { UploadOptions, UploadResult } from "../engine/upload.ts";
export type { ClientCollections, UploadOptionsFor, Uploader } from "../engine/typed-upload.ts";
export type { DownloadOptions } from "../engine/download.ts";
export type { DownloadResult } from "../engine/download-result.ts";
export type { FileDownloadOptions } from "../engine/file-download.ts";
export type { ClientOptions } from "../engine/engine-deps.ts";
export { createBrowserJournal, type BrowserJournal, type UnfinishedUpload } from "./browser-journal.ts";

/** With a handle, the journal keeps it: after a reload the file need not be chosen again. */
export type UploadSource = Blob | FileSystemFileHandle;

export interface WaybillClient<C extends ClientCollections = DefaultCollections> extends Uploader<
  UploadSource,
  C
> {
  api: ApiClient;
  /** Any call of the API, with retries; its failure is a `WaybillError`. */
  call<T>(run: (api: ApiClient) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Into a file, whole and proven, or not at all: one that the user has chosen, or one of the page's own
   * file system (OPFS). Of the latter, what it held is lost when the download begins, and what came of a
   * download that broke off with its tab is taken up by the next one.
   */
  downloadToFile(
    key: string,
    target: FileSystemFileHandle,
    options?: FileDownloadOptions,
  ): Promise<DownloadResult>;
  /** The same, to be watched, paused, resumed and cancelled. */
  startDownloadToFile(
    key: string,
    target: FileSystemFileHandle,
    options?: FileDownloadOptions,
  ): Transfer<DownloadResult>;
  /** The object's bytes as a stream that fails at its end unless they are what the store vouches for. */
  download(
    key: string,
    options?: DownloadOptions,
  ): Promise<{ object: StoredObject; stream: ReadableStream<Bytes> }>;
}

/** Connections that a browser opens to one host. More requests would wait inside of it, where nobody sees them. */
const MAX_REQUESTS = 6;

/** The client for browsers. */
export function createWaybillClient<C extends ClientCollections = DefaultCollections>(
  options: ClientOptions,
): WaybillClient<C>;
export function createWaybillClient(options: ClientOptions): WaybillClient<ClientCollections> {
  const loadMd5 = chunkLoader(() => import("./create-md5.ts"));
  const loadChecksums = chunkLoader(async () => (await import("./checksums.ts")).createChecksums(loadMd5));
  const checksum: Checksummer = async (...call) => (await loadChecksums()).checksum(...call);
  const deps = createEngineDeps(options, {
    maxRequests: MAX_REQUESTS,
    whenOnline,
    loadMd5,
    wholeChecksum: async (...call) => (await loadChecksums()).wholeChecksum(...call),
  });
  const { api } = deps;
  // Fetched beside what the page begins with, so that no upload waits for it. One that comes to nothing now is tried
  // again when it is needed, and then its error is heard.
  void loadChecksums().catch(() => undefined);
  const start = (source: UploadSource, uploadOptions?: UploadOptions) =>
    startUpload(deps, () => openSource(source, uploadOptions), xhrTransport, uploadOptions);
  const loadFileDownload = chunkLoader(() => import("./download-to-file.ts"));
  const loadDownloadStream = chunkLoader(() => import("./download-stream.ts"));

  async function openSource(source: UploadSource, { folder }: UploadOptions = {}): Promise<Source<Blob>> {
    const isPlaced = folder !== undefined;
    if (source instanceof Blob) return blobSource(source, { checksum, isPlaced });
    return blobSource(await openHandle(source), { checksum, isPlaced, handle: source });
  }

  function startDownload(
    key: string,
    handle: FileSystemFileHandle,
    downloadOptions: FileDownloadOptions = {},
  ): Transfer<DownloadResult> {
    const steps = stepsFrom(async () => {
      const { downloadToFile } = await loadFileDownload();
      return downloadToFile(deps, { key, handle, options: downloadOptions });
    });
    return createTransfer({ signal: downloadOptions.signal, ...steps });
  }

  return {
    api,
    call: (run, signal = new AbortController().signal) => callApi(deps, { signal }, () => run(api)),
    startUpload: start,
    startDownloadToFile: startDownload,
    downloadToFile: (...args) => startDownload(...args).result,
    upload: (...args: Parameters<typeof start>) => start(...args).result,
    download: async (key, downloadOptions) =>
      (await loadDownloadStream()).downloadStream(deps, key, downloadOptions),
  };
}
