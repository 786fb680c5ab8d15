import { hexByte } from "./hex.ts";
import { SHA256_BYTES } from "./sha256/sizes.ts";

/** A signature has 32 bytes: 43 characters of base64url, without the padding. */
export const CHARACTERS = 43;

/**
 * One of them, as 64 hexadecimal digits; undefined past the end.
 *
 * @throws {TypeError} for a text that `packSignatures` did not make
 */
export function unpackSignature(packed: string, index: number): string | undefined {
  const begin = index * CHARACTERS;
  const end = begin + CHARACTERS;
  if (end > packed.length) return undefined;
  let digits = "";
  for (let at = begin; at < end; at += 4) {
    let bits = 0;
    for (let next = at; next < at + 4; next++) bits = (bits << 6) | (next < end ? valueAt(packed, next) : 0);
    digits += hexByte(bits >> 16) + hexByte((bits >> 8) & 0xff) + hexByte(bits & 0xff);
  }
  return digits.slice(0, 2 * SHA256_BYTES);
}

function valueAt(packed: string, at: number): number {
  const value = VALUES[packed.charCodeAt(at)];
  if (value === undefined) throw new TypeError("These are no packed signatures.");
  return value;
}

export const ALPHABET = new TextEncoder().encode(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
);
const VALUES: (number | undefined)[] = Array.from({ length: 128 }, () => undefined);
for (const [value, code] of ALPHABET.entries()) VALUES[code] = value;
