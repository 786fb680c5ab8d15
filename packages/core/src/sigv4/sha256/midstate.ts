import { compress, expand, SCHEDULE_WORDS } from "./compress.ts";
import { BLOCK_BYTES, SHA256_BYTES } from "./sizes.ts";

/** A SHA-256 that has read whole blocks of 64 bytes, from which any number of messages go on. */
export interface Midstate {
  readonly state: Int32Array;
  readonly byteCount: number;
}

/** The first 32 bits of the fractional parts of the square roots of the first 8 primes. */
export const BEGINNING: Midstate = {
  state: Int32Array.of(
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
  ),
  byteCount: 0,
};

/** Reads as many whole blocks of `bytes` as there are: `rest` has 0 to 63 bytes. */
export function absorb(from: Midstate, bytes: Uint8Array): { midstate: Midstate; rest: Uint8Array } {
  const state = from.state.slice();
  const length = readBlocks(state, bytes);
  return { midstate: { state, byteCount: from.byteCount + length }, rest: bytes.subarray(length) };
}

/** The digest of a message: what was read already, and `rest` of any length. */
export function finish(from: Midstate, rest: Uint8Array): Uint8Array {
  const state = from.state.slice();
  const length = readBlocks(state, rest);
  readBlocks(state, finalBlocks(rest.subarray(length), from.byteCount + rest.length));
  const digest = new Uint8Array(SHA256_BYTES);
  for (let at = 0; at < SHA256_BYTES; at++) digest[at] = (state[at >> 2] ?? 0) >>> (24 - (at & 3) * 8);
  return digest;
}

/** The last blocks of a message of `byteCount` bytes that ends in `rest`, padded. */
export function finalBlocks(rest: Uint8Array, byteCount: number): Uint8Array {
  const blocks = new Uint8Array(paddedLength(rest.length));
  pad(blocks, rest, byteCount);
  return blocks;
}

/** The length of a padded message: room for one bit and eight bytes more, in whole blocks. */
export function paddedLength(length: number): number {
  return (Math.floor((length + 8) / BLOCK_BYTES) + 1) * BLOCK_BYTES;
}

/** Fills `blocks` with the end of a message of `byteCount` bytes, one bit, zeros, and its length in bits. */
export function pad(blocks: Uint8Array, rest: Uint8Array, byteCount: number): void {
  blocks.set(rest);
  blocks[rest.length] = 0x80;
  blocks.fill(0, rest.length + 1);
  let at = blocks.length;
  for (let bits = byteCount * 8; bits > 0; bits = Math.floor(bits / 256)) blocks[--at] = bits;
}

const schedule = new Int32Array(SCHEDULE_WORDS); // one for all: nothing here waits

// Returns how many bytes these blocks have.
function readBlocks(state: Int32Array, bytes: Uint8Array): number {
  let at = 0;
  while (at + BLOCK_BYTES <= bytes.length) {
    for (let word = 0; word < 16; word++, at += 4) {
      schedule[word] =
        ((bytes[at] ?? 0) << 24) |
        ((bytes[at + 1] ?? 0) << 16) |
        ((bytes[at + 2] ?? 0) << 8) |
        (bytes[at + 3] ?? 0);
    }
    expand(schedule, 0);
    compress(state, schedule, 0);
  }
  return at;
}
