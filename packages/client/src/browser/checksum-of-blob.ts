import { MiB, type RunningChecksum } from "@waybill/core";

/** Read at once: as much as the processor's cache holds. */
const CHUNK_BYTES = MiB;

/**
 * The checksum of a Blob, in base64; read piece by piece.
 *
 * @param checksum - with nothing read yet
 */
export async function checksumOfBlob(
  blob: Blob,
  checksum: RunningChecksum,
  signal: AbortSignal,
): Promise<string> {
  for (let start = 0; start < blob.size; start += CHUNK_BYTES) {
    signal.throwIfAborted();
    checksum.update(new Uint8Array(await blob.slice(start, start + CHUNK_BYTES).arrayBuffer()));
  }
  return checksum.digest();
}
