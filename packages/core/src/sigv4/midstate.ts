import { sha256 } from "@noble/hashes/sha2.js";

/** A SHA-256 or HMAC-SHA-256 that has read a beginning, from which many messages go on. */
export interface Midstate {
  /** The digest of the beginning followed by `rest`. The array is overwritten by the next call. */
  finish(rest: Uint8Array): Uint8Array;
}

/** SHA-256 of everything that begins with `head`: the head is read once. */
export function sha256Midstate(head: Uint8Array): Midstate {
  const begun = sha256.create().update(head);
  const scratch = sha256.create();
  const digest = new Uint8Array(sha256.outputLen);
  return {
    finish(rest) {
      begun._cloneInto(scratch).update(rest).digestInto(digest);
      return digest;
    },
  };
}

/**
 * HMAC-SHA-256 of everything that begins with `head`: key and head are read once.
 *
 * @param key - at most 64 bytes, as every signing key is
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
export function hmacSha256Midstate(key: Uint8Array, head: Uint8Array): Midstate {
  const inner = sha256Midstate(concat(padded(key, 0x36), head));
  const outer = sha256Midstate(padded(key, 0x5c));
  return { finish: (rest) => outer.finish(inner.finish(rest)) };
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(sha256.blockLen).fill(pad);
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad;
  return block;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
