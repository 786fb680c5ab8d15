import type { StoredObject } from "@waybill/core";
import type { ByteRange } from "../engine/byte-range.ts";
import { openPartFile, type PartFile, type RandomAccessFile } from "../engine/part-file.ts";
import type { FileCall } from "./file-worker.ts";
import { callWorker, startWorker } from "./worker-call.ts";

/** A file on its way to become an object. */
export interface TargetFile {
  part: PartFile;
  /** It is whole: make it what the others see. */
  publish(): Promise<void>;
  /** Leave what has come for a later call, where that is possible. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

interface Wanted {
  object: StoredObject;
  ranges: readonly ByteRange[];
  signal: AbortSignal;
}

/**
 * Open a file of the page's own file system (OPFS) in a worker, which writes it in place, so that a
 * later call can go on; any other by a writable stream, which the browser turns into the file only when
 * it is closed.
 */
export async function openTargetFile(handle: FileSystemFileHandle, wanted: Wanted): Promise<TargetFile> {
  const worker = (await isPrivate(handle)) ? await startFileWorker() : undefined;
  if (worker === undefined) return openStreamed(handle, wanted);
  try {
    return await openInWorker(worker, handle, wanted);
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

async function isPrivate(handle: FileSystemFileHandle): Promise<boolean> {
  const root = await navigator.storage.getDirectory();
  return (await root.resolve(handle)) !== null;
}

function startFileWorker(): Promise<Worker | undefined> {
  // In this form bundlers find the worker's script.
  return startWorker(() => new Worker(new URL("./file-worker.ts", import.meta.url), { type: "module" }));
}

async function openInWorker(
  worker: Worker,
  handle: FileSystemFileHandle,
  wanted: Wanted,
): Promise<TargetFile> {
  const call = <T = void>(message: FileCall, transfer: Transferable[] = []) =>
    callWorker<T>(worker, message, { transfer });
  const file: RandomAccessFile = {
    sizeBytes: () => call<number>({ type: "size" }),
    read: (position, byteCount) => call<Uint8Array>({ type: "read", position, byteCount }),
    write: (bytes, position) => call({ type: "write", bytes, position }, [bytes.buffer]),
    truncate: (sizeBytes) => call({ type: "truncate", sizeBytes }),
  };
  const close = async () => {
    await call({ type: "close" });
    worker.terminate();
  };
  await call({ type: "open", handle });
  const part = await openPartFile({ file, ...wanted });
  return {
    part,
    async publish() {
      await part.seal();
      await close();
    },
    keep: close,
    async discard() {
      await file.truncate(0);
      await close();
    },
  };
}

async function openStreamed(handle: FileSystemFileHandle, { ranges }: Wanted): Promise<TargetFile> {
  const stream = await handle.createWritable();
  const done = new Map<number, string>();
  return {
    part: {
      done,
      write: (data, position) => stream.write({ type: "write", data, position }),
      async finish(index, checksum) {
        if (ranges.length > 1) done.set(index, checksum);
      },
      seal: async () => {},
    },
    publish: () => stream.close(),
    keep: () => stream.abort(), // nothing of it survives, whoever wants it
    discard: () => stream.abort(),
  };
}
