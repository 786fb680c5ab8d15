import { announceReady, answerCall } from "./worker-call.ts";

/** What a page asks of the worker that holds its file. */
export type FileCall =
  | { type: "open"; handle: FileSystemFileHandle }
  | { type: "size" }
  | { type: "read"; position: number; byteCount: number }
  | { type: "write"; bytes: Uint8Array<ArrayBuffer>; position: number }
  | { type: "truncate"; sizeBytes: number }
  | { type: "close" };

/** TypeScript knows it only where there are no documents. @see https://fs.spec.whatwg.org/#api-filesystemsyncaccesshandle */
interface SyncAccessHandle {
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(sizeBytes: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}
declare global {
  interface FileSystemFileHandle {
    createSyncAccessHandle(): Promise<SyncAccessHandle>;
  }
}

let open: SyncAccessHandle | undefined;

addEventListener("message", ({ data: call, ports: [port] }: MessageEvent<FileCall>) =>
  answerCall(port, () => run(call)),
);
announceReady();

async function run(call: FileCall): Promise<{ value: unknown; transfer?: Transferable[] }> {
  if (call.type === "open") {
    open = await call.handle.createSyncAccessHandle();
    return { value: undefined };
  }
  if (open === undefined) throw new TypeError("There is no open file.");
  switch (call.type) {
    case "size":
      return { value: open.getSize() };
    case "read": {
      const bytes = new Uint8Array(call.byteCount);
      const byteCount = open.read(bytes, { at: call.position });
      return { value: bytes.subarray(0, byteCount), transfer: [bytes.buffer] };
    }
    case "write":
      writeAll(open, call.bytes, call.position);
      return { value: undefined };
    case "truncate":
      open.truncate(call.sizeBytes);
      return { value: undefined };
    case "close":
      open.flush();
      open.close();
      return { value: undefined };
  }
}

function writeAll(file: SyncAccessHandle, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length;) {
    const byteCount = file.write(bytes.subarray(written), { at: position + written });
    // Where there is no more room, some browsers write less instead of failing.
    if (byteCount === 0) throw new DOMException("No bytes could be written.", "QuotaExceededError");
    written += byteCount;
  }
}
