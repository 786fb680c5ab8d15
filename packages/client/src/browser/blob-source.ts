import { WaybillError } from "@waybill/core";
import type { Source } from "../engine/platform.ts";
import type { Checksummer } from "./checksums.ts";

interface BlobSourceOptions {
  checksum: Checksummer;
  handle?: FileSystemFileHandle | undefined;
  /** Whether the upload is told where in its folder the file belongs; else the browser may tell it apart by that. */
  isPlaced?: boolean | undefined;
}

/**
 * A Blob or File as the source of an upload: slices go to the network untouched, never whole into memory.
 *
 * @param options.checksum - of a slice, in base64
 * @param options.handle - what the file was got from, if it was
 */
export function blobSource(blob: Blob, { checksum, handle, isPlaced }: BlobSourceOptions): Source<Blob> {
  const file = blob instanceof File ? blob : undefined;
  const { size } = blob;
  // To make a slice is work for the browser.
  const slice = (start: number, end: number) => (start === 0 && end === size ? blob : blob.slice(start, end));
  return {
    fileName: file?.name ?? "blob",
    contentType: blob.type === "" ? undefined : blob.type,
    sizeBytes: size,
    modifiedAtMs: file?.lastModified ?? 0,
    // A page is not told where a file lies. Files that agree in all this may still be different ones: each
    // part that is not sent again is compared first.
    identity:
      file &&
      JSON.stringify([
        isPlaced === true ? "" : file.webkitRelativePath,
        file.name,
        file.type,
        size,
        file.lastModified,
      ]),
    handle,
    slice,
    checksum: (start, end, algorithm, signal) =>
      reading(() => checksum(slice(start, end), algorithm, signal), signal),
    async assertUnchanged() {
      // A File whose bytes changed on disk can no longer be read.
      await reading(() => blob.slice(0, 1).arrayBuffer());
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function reading<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await read();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof WaybillError) throw error;
    throw new WaybillError("SOURCE_CHANGED", "The file can no longer be read.", { cause: error });
  }
}

/** @throws {WaybillError} `LOCAL_FILE` when the file is no longer there, or may not be read */
export async function openHandle(handle: FileSystemFileHandle): Promise<File> {
  try {
    return await handle.getFile();
  } catch (error) {
    throw new WaybillError("LOCAL_FILE", `${handle.name} cannot be opened.`, { cause: error });
  }
}
