import { CHARACTERS } from "./packed-signatures.ts";
import { SHA256_BYTES } from "./sha256/sizes.ts";

/**
 * Many signatures as one string: the shortest that JSON holds. Ten thousand take 430 kB, where as
 * many URLs would take 17 MB.
 *
 * @param signatures - 32 bytes each, one behind the other
 */
export function packSignatures(signatures: Uint8Array): string {
  const length = (signatures.length / SHA256_BYTES) * CHARACTERS;
  const packed = new Uint8Array(length + 1);
  let to = 0;
  // Each on its own, so that any can be cut out: ten times 3 bytes, then 2.
  for (let from = 0; from < signatures.length; from += SHA256_BYTES) {
    const end = from + SHA256_BYTES;
    for (let at = from; at < end; at += 3) {
      const third = at + 2 < end ? signatures[at + 2] : 0;
      const bits = ((signatures[at] ?? 0) << 16) | ((signatures[at + 1] ?? 0) << 8) | (third ?? 0);
      for (let shift = 18; shift >= 0; shift -= 6) packed[to++] = ALPHABET[(bits >> shift) & 63] ?? 0;
    }
    to -= 1; // what stands for none of the 32 bytes
  }
  return decoder.decode(packed.subarray(0, length));
}

const ALPHABET = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const decoder = new TextDecoder();
