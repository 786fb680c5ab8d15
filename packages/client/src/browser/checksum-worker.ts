import { checksumOfBlob } from "./checksum-of-blob.ts";
import { announceReady, answerCall } from "./worker-call.ts";

addEventListener("message", ({ data: blob, ports: [port] }: MessageEvent<Blob>) =>
  answerCall(port, async (signal) => ({ value: await checksumOfBlob(blob, signal) })),
);
announceReady();
