import { hexByte } from "./hex.ts";

/** A signature has 32 bytes: 43 characters of base64url, without the padding. */
export const CHARACTERS = 43;

/**
 * One of many that `packSignatures` made one string of, as 64 hexadecimal digits; undefined past the end.
 *
 * @throws {TypeError} for a text that `packSignatures` did not make
 */
export function unpackSignature(packed: string, index: number): string | undefined {
  const begin = index * CHARACTERS;
  const text = packed.slice(begin, begin + CHARACTERS);
  if (text.length < CHARACTERS) return undefined;
  if (!/^[\w-]+$/.test(text)) throw new TypeError("These are no packed signatures.");
  let digits = "";
  for (const byte of atob(text.replaceAll("-", "+").replaceAll("_", "/")))
    digits += hexByte(byte.charCodeAt(0));
  return digits;
}
