import type { FileHandle } from "node:fs/promises";
import type { ApiClient } from "../api-client.ts";
import { callApi, FEW_ATTEMPTS } from "../engine/call-api.ts";
import { createEngineDeps, type ClientOptions } from "../engine/engine-deps.ts";
import { upload, type UploadOptions, type UploadResult } from "../engine/upload.ts";
import { createConnectionPool } from "./connection-pool.ts";
import { download, type DownloadOptions, type DownloadTo } from "./download.ts";
import { openFileSource } from "./file-source.ts";
import { createHttpTransport } from "./http-transport.ts";
import { spoolStream } from "./spool-stream.ts";
import type { DownloadResult } from "./download-result.ts";

export type { ApiClient } from "../api-client.ts";
export type { Progress } from "../engine/progress.ts";
export type { UploadOptions, UploadResult } from "../engine/upload.ts";
export type { ClientOptions } from "../engine/engine-deps.ts";
export type { DownloadOptions } from "./download.ts";
export type { DownloadResult } from "./download-result.ts";

export interface WaybillClient extends Disposable {
  api: ApiClient;
  /** Any call of the API, with retries; its failure is a `WaybillError`. */
  call<T>(run: (api: ApiClient) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** @param source - a path, an open file handle, or a stream (which is spooled to a temporary file first) */
  upload(
    source: string | FileHandle | AsyncIterable<Uint8Array>,
    options?: UploadOptions,
  ): Promise<UploadResult>;
  /** Into a file, which appears whole or not at all; or into a function, chunk by chunk, in order. */
  download(key: string, to: DownloadTo, options?: DownloadOptions): Promise<DownloadResult>;
}

/** The client for Node: bodies go between file and socket in a few reused buffers. */
export function createWaybillClient(options: ClientOptions): WaybillClient {
  const deps = createEngineDeps(options);
  const { api } = deps;
  const { transport, close } = createHttpTransport();
  const pool = createConnectionPool();
  return {
    api,
    call: (run, signal) => callApi(deps, { signal, attempts: FEW_ATTEMPTS }, () => run(api)),
    async upload(file, uploadOptions = {}) {
      const { fileName = "stream", signal = new AbortController().signal } = uploadOptions;
      await using source =
        typeof file === "string" || "fd" in file
          ? await openFileSource(file)
          : await spoolStream(file, { fileName, signal });
      return await upload(deps, source, transport, uploadOptions);
    },
    download: (key, to, downloadOptions) => download(deps, pool, { key, to, options: downloadOptions }),
    [Symbol.dispose]() {
      close();
      pool.close();
    },
  };
}
