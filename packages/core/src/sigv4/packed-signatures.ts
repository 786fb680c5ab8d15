/** A signature has 32 bytes: 43 characters of base64url, without the padding. */
const CHARACTERS = 43;

/**
 * Many signatures as one string: the shortest that JSON holds. Ten thousand take 430 kB, where as
 * many URLs would take 17 MB.
 */
export function packSignatures(signatures: readonly Uint8Array[]): string {
  return signatures.map((signature) => toBase64Url(signature)).join("");
}

/** One of them, as 64 hexadecimal digits; undefined past the end. */
export function unpackSignature(packed: string, index: number): string | undefined {
  const text = packed.slice(index * CHARACTERS, (index + 1) * CHARACTERS);
  if (text.length < CHARACTERS) return undefined;
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .slice(0, CHARACTERS);
}
