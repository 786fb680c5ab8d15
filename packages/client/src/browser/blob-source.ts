import { WaybillError } from "@waybill/core";
import type { Source } from "../engine/platform.ts";

/** A Blob or File as the source of an upload: slices go to the network untouched, never whole into memory. */
export function blobSource(blob: Blob, fileName?: string): Source<Blob> {
  return {
    fileName: fileName ?? (blob instanceof File ? blob.name : "blob"),
    contentType: blob.type === "" ? undefined : blob.type,
    sizeBytes: blob.size,
    slice: (start, end) => blob.slice(start, end),
    read: (start, end, signal) => readBlob(blob.slice(start, end), signal),
    assertUnchanged: async () => {}, // a File whose bytes changed on disk can no longer be read
    [Symbol.asyncDispose]: async () => {},
  };
}

async function* readBlob(blob: Blob, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new WaybillError("SOURCE_CHANGED", "The file can no longer be read.", { cause: error });
  } finally {
    reader.releaseLock();
  }
}
