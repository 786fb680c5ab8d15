const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal, as Signature Version 4 writes digests and signatures. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexByte(byte);
  return text;
}

/** Two digits for 0 to 255. */
export function hexByte(byte: number): string {
  return DIGITS[byte] ?? "";
}
