import { absorb, BEGINNING, finish, type Midstate } from "./midstate.ts";
import { BLOCK_BYTES } from "./sizes.ts";
import { utf8 } from "./utf8.ts";

/**
 * SHA-256 of bytes, or of a text's UTF-8: 32 bytes. Own code, since signing at speed goes on from
 * midstates, and hashes four messages at once.
 */
export function sha256(message: Uint8Array | string): Uint8Array {
  return finish(BEGINNING, typeof message === "string" ? utf8(message) : message);
}

/** A key of HMAC-SHA-256 that both of its hashes have read: as secret as the key itself. */
export interface HmacKey {
  readonly inner: Midstate;
  readonly outer: Midstate;
}

/** @see https://www.rfc-editor.org/rfc/rfc2104 */
export function hmacKey(key: Uint8Array): HmacKey {
  const short = key.length > BLOCK_BYTES ? sha256(key) : key;
  return { inner: padded(short, 0x36), outer: padded(short, 0x5c) };
}

/** HMAC-SHA-256, 32 bytes. */
export function hmacSha256(key: HmacKey, message: Uint8Array | string): Uint8Array {
  return finish(key.outer, finish(key.inner, typeof message === "string" ? utf8(message) : message));
}

function padded(key: Uint8Array, pad: number): Midstate {
  const block = new Uint8Array(BLOCK_BYTES).fill(pad);
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad;
  return absorb(BEGINNING, block).midstate;
}
