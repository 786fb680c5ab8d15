import type { StoredObject } from "@waybill/core";
import type { ApiClient } from "../api-client.ts";
import { callApi, FEW_ATTEMPTS } from "../engine/call-api.ts";
import { download, type DownloadOptions } from "../engine/download.ts";
import { createEngineDeps, type ClientOptions } from "../engine/engine-deps.ts";
import type { Bytes } from "../engine/read-from.ts";
import { upload, type UploadOptions, type UploadResult } from "../engine/upload.ts";
import { blobSource } from "./blob-source.ts";
import { xhrTransport } from "./xhr-transport.ts";

export type { ApiClient } from "../api-client.ts";
export type { Progress } from "../engine/progress.ts";
export type { UploadOptions, UploadResult } from "../engine/upload.ts";
export type { DownloadOptions } from "../engine/download.ts";
export type { ClientOptions } from "../engine/engine-deps.ts";

export interface WaybillClient {
  api: ApiClient;
  /** Any call of the API, with retries; its failure is a `WaybillError`. */
  call<T>(run: (api: ApiClient) => Promise<T>, signal?: AbortSignal): Promise<T>;
  upload(source: Blob, options?: UploadOptions): Promise<UploadResult>;
  /** The object's bytes as a stream that fails at its end unless they are what the store vouches for. */
  download(
    key: string,
    options?: DownloadOptions,
  ): Promise<{ object: StoredObject; stream: ReadableStream<Bytes> }>;
}

/** The client for browsers. */
export function createWaybillClient(options: ClientOptions): WaybillClient {
  const deps = createEngineDeps(options);
  const { api } = deps;
  return {
    api,
    call: (run, signal) => callApi(deps, { signal, attempts: FEW_ATTEMPTS }, () => run(api)),
    upload: (blob, uploadOptions) => upload(deps, blobSource(blob), xhrTransport, uploadOptions),
    async download(key, downloadOptions) {
      const { object, chunks } = await download(deps, key, downloadOptions);
      return { object, stream: streamOf(chunks) };
    },
  };
}

// ReadableStream.from is not in every browser yet.
function streamOf(chunks: AsyncGenerator<Bytes, string, undefined>): ReadableStream<Bytes> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return("");
    },
  });
}
