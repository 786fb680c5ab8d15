import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createChecksum, proofOf, type StoredObject } from "@waybill/core";

const md5 = { createMd5: () => createChecksum("MD5", { createMd5: () => createHash("md5") }) };

/** How a file compares with what is stored: by its checksum, where the store gives one that proves it. */
export async function compareWithStored(
  file: string,
  stored: StoredObject,
  signal: AbortSignal,
): Promise<"same" | "different" | "unknown"> {
  const { expected, startWhole } = await proofOf(stored, async () => md5);
  if (expected === null) return "unknown";
  const whole = startWhole();
  try {
    const chunks: AsyncIterable<Buffer> = createReadStream(file, { signal });
    for await (const chunk of chunks) whole.update(chunk);
  } catch {
    signal.throwIfAborted();
    return "unknown";
  }
  return whole.digest().value === expected.value ? "same" : "different";
}
