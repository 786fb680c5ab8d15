import { openPartFile, type PartFile, type RandomAccessFile } from "../engine/part-file.ts";
import type { TargetFile, WantedFile } from "../engine/target-file.ts";
import type { FileCall } from "./file-worker.ts";
import { callWorker, startWorker } from "./worker-call.ts";
import { writingTo } from "./writing-to.ts";

/**
 * Open a file of the page's own file system (OPFS) in a worker, which writes it in place, so that a
 * later call can go on; any other by a writable stream, which the browser turns into the file only when
 * it is closed.
 */
export async function openTargetFile(handle: FileSystemFileHandle, wanted: WantedFile): Promise<TargetFile> {
  const isOwn = await writingTo(handle.name, () => isPrivate(handle));
  const worker = isOwn ? await startFileWorker() : undefined;
  if (worker === undefined) return openStreamed(handle);
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
  wanted: WantedFile,
): Promise<TargetFile> {
  const call = <T = void>(message: FileCall, transfer: Transferable[] = []) =>
    writingTo(handle.name, () => callWorker<T>(worker, message, { transfer }));
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
  const part = await openPartFile({ file, ...wanted }).catch(async (error: unknown) => {
    await close(); // at once, so that a download that was only held can open it again
    throw error;
  });
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

async function openStreamed(handle: FileSystemFileHandle): Promise<TargetFile> {
  const writing = <T>(run: () => Promise<T>) => writingTo(handle.name, run);
  const stream = await writing(() => handle.createWritable());
  const done = new Map<number, string>();
  const part: PartFile = {
    done,
    write: (data, position) => writing(() => stream.write({ type: "write", data, position })),
    finish: async (index, checksum) => void done.set(index, checksum),
    forget: (index) => void done.delete(index),
    seal: async () => {},
  };
  return {
    part,
    publish: () => writing(() => stream.close()),
    keep: () => stream.abort(), // nothing of it survives, whoever wants it
    discard: () => stream.abort(),
  };
}
