import { createCrc64Nvme, MiB } from "@waybill/core";

/** Read at once: as much as the processor's cache holds. */
const CHUNK_BYTES = MiB;

/** CRC64NVME of a Blob, in base64; read piece by piece. */
export async function checksumOfBlob(blob: Blob, signal: AbortSignal): Promise<string> {
  const checksum = createCrc64Nvme();
  for (let start = 0; start < blob.size; start += CHUNK_BYTES) {
    signal.throwIfAborted();
    checksum.update(new Uint8Array(await blob.slice(start, start + CHUNK_BYTES).arrayBuffer()));
  }
  return checksum.digest();
}
