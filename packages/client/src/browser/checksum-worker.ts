import { createCrc64Nvme, type Integrity } from "@waybill/core";
import { checksumOfBlob } from "./checksum-of-blob.ts";
import { createMd5 } from "./create-md5.ts";
import { announceReady, answerCall } from "./worker-call.ts";

/** What a page asks of the worker that computes its checksums. */
export interface ChecksumCall {
  blob: Blob;
  algorithm: Integrity;
}

addEventListener("message", ({ data: { blob, algorithm }, ports: [port] }: MessageEvent<ChecksumCall>) =>
  answerCall(port, async (signal) => {
    const checksum = algorithm === "MD5" ? createMd5() : createCrc64Nvme();
    return { value: await checksumOfBlob(blob, checksum, signal) };
  }),
);
announceReady();
