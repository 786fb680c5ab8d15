import { createReadStream } from "node:fs";
import { createCrc64Nvme, type Checksum } from "@waybill/core";

/** Whether a file has the checksum of what is stored. One that cannot be read does not. */
export async function holdsSameBytes(file: string, stored: Checksum, signal: AbortSignal): Promise<boolean> {
  const crc = createCrc64Nvme();
  try {
    const chunks: AsyncIterable<Buffer> = createReadStream(file, { signal });
    for await (const chunk of chunks) crc.update(chunk);
  } catch {
    signal.throwIfAborted();
    return false;
  }
  return crc.digest() === stored.value;
}
