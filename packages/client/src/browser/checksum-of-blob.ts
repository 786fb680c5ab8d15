import type { RunningChecksum } from "@waybill/core";

/**
 * The checksum of a Blob, in base64; it is read as one stream, which costs browsers far less than many slices.
 *
 * @param checksum - with nothing read yet
 */
export async function checksumOfBlob(
  blob: Blob,
  checksum: RunningChecksum,
  signal: AbortSignal,
): Promise<string> {
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return checksum.digest();
      checksum.update(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it may have failed already: that error is on its way
  }
}
