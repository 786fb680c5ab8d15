import { WaybillError } from "@waybill/core";
import type { Transport } from "../engine/platform.ts";

/** Sends Blobs with XMLHttpRequest, which alone tells a page how many bytes of a body have left. */
export const xhrTransport: Transport<Blob> = async ({ method, url, headers }, body, options) => {
  const { signal, onSent, pace } = options;
  await pace?.(body.size, signal);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    const onAbort = () => xhr.abort();
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener("progress", ({ loaded }) => onSent(loaded));
    xhr.addEventListener("load", () =>
      resolve({
        status: xhr.status,
        text: xhr.responseText.slice(0, 64 * 1024),
        retryAfter: readableHeader(xhr, "retry-after"),
        eTag: readableHeader(xhr, "etag"),
        checksum: readableHeader(xhr, "x-amz-checksum-crc64nvme"),
      }),
    );
    // A connection that broke, or a CORS rule that is missing: a page is not told which. Safari says
    // "abort" where others say "error"; only our own signal makes it a cancellation.
    const onFailure = () => reject(signal.aborted ? signal.reason : new WaybillError("STORAGE_UNREACHABLE"));
    xhr.addEventListener("error", onFailure);
    xhr.addEventListener("abort", onFailure);
    xhr.addEventListener("timeout", onFailure);
    xhr.addEventListener("loadend", () => signal.removeEventListener("abort", onAbort));
    signal.addEventListener("abort", onAbort, { once: true });
    xhr.send(body);
  });
};

/** A header that the store lets pages read. To ask for another one would be noted as an error in the console. */
function readableHeader(xhr: XMLHttpRequest, name: string): string | undefined {
  const isReadable = new RegExp(`^${name}:`, "im").test(xhr.getAllResponseHeaders());
  return isReadable ? (xhr.getResponseHeader(name) ?? undefined) : undefined;
}
