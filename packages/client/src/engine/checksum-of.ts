import { createCrc64Nvme } from "@waybill/core";
import type { Source } from "./platform.ts";

/** CRC64NVME of a slice, in base64. */
export async function checksumOf<Body>(
  source: Source<Body>,
  range: { start: number; end: number },
  signal: AbortSignal,
): Promise<string> {
  const checksum = createCrc64Nvme();
  for await (const chunk of source.read(range.start, range.end, signal)) checksum.update(chunk);
  return checksum.digest();
}
