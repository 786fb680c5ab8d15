// Four signatures of Signature Version 4 side by side. The caller writes the ends of the messages: the blocks of the
// canonical request, behind them those of the string to sign, which lacks the request's digest.
import { compress, expand, SCHEDULE, STATE, WORD } from "./sha256x4";

const LANES: usize = 4;
const BLOCK: usize = 64;

/** Three states of eight plain words: of the request, of HMAC's inner hash and of its outer one. */
const midstates = memory.data(3 * 8 * 4, 16);
const state = memory.data(8 * 16, 16);
const outer = memory.data(64 * 16, 16);
const room: usize = (__heap_base + 15) & ~15;

export function midstatesAt(): usize {
  return midstates;
}

/** Where `sign` leaves the signatures. */
export function signaturesAt(): usize {
  return state;
}

/**
 * Makes room for messages of so many blocks: for their bytes, lane after lane; for their schedules,
 * side by side; and for a byte of each block.
 */
export function reserve(blocks: usize): usize {
  const end = room + blocks * (LANES * BLOCK + SCHEDULE + 1);
  const missing = i32(end) - (memory.size() << 16);
  if (missing > 0) memory.grow((missing + 0xffff) >>> 16);
  return room;
}

/** Puts the blocks `first` to `end` of each lane's bytes side by side, as words. */
export function interleave(first: usize, end: usize, blocks: usize): void {
  const lane = blocks * BLOCK;
  let words = room + LANES * lane + first * SCHEDULE;
  for (let bytes = room + first * BLOCK; bytes < room + end * BLOCK; bytes += BLOCK) {
    for (let word: usize = 0; word < 16; word += 4) {
      const a = fourWords(bytes + word * 4);
      const b = fourWords(bytes + word * 4 + lane);
      const c = fourWords(bytes + word * 4 + 2 * lane);
      const d = fourWords(bytes + word * 4 + 3 * lane);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      v128.store(words + word * WORD, v128.shuffle<i64>(ab, cd, 0, 2));
      v128.store(words + (word + 1) * WORD, v128.shuffle<i64>(ab, cd, 1, 3));
      const abNext = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cdNext = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(words + (word + 2) * WORD, v128.shuffle<i64>(abNext, cdNext, 0, 2));
      v128.store(words + (word + 3) * WORD, v128.shuffle<i64>(abNext, cdNext, 1, 3));
    }
    words += SCHEDULE;
  }
}

// A message's bytes are big endian.
function fourWords(bytes: usize): v128 {
  const x = v128.load(bytes);
  return v128.shuffle<u8>(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/**
 * Signs. A byte for each block of the request says whether it has changed since the last time: only
 * these are expanded again.
 *
 * @param digestAt - where, in the string to sign, the request's digest begins
 */
export function sign(requestBlocks: usize, stringBlocks: usize, digestAt: i32): void {
  const blocks = requestBlocks + stringBlocks;
  const request = room + blocks * LANES * BLOCK;
  const string = request + requestBlocks * SCHEDULE;
  const changes = request + blocks * SCHEDULE;

  begin(midstates);
  for (let block: usize = 0; block < requestBlocks; block++) {
    const schedule = request + block * SCHEDULE;
    if (load<u8>(changes + block)) expand(schedule);
    compress(state, schedule);
  }
  memory.fill(changes, 0, requestBlocks);

  writeDigest(string, digestAt);
  begin(midstates + 32);
  for (let block: usize = 0; block < stringBlocks; block++) {
    expand(string + block * SCHEDULE);
    compress(state, string + block * SCHEDULE);
  }

  memory.copy(outer, state, STATE);
  v128.store(outer + 8 * WORD, i32x4.splat(0x80000000));
  v128.store(outer + 15 * WORD, i32x4.splat((64 + 32) * 8)); // bits: the padded key and a digest
  expand(outer);
  begin(midstates + 64);
  compress(state, outer);
}

function begin(midstate: usize): void {
  for (let word: usize = 0; word < 8; word++) {
    v128.store(state + word * WORD, v128.load_splat<u32>(midstate + word * 4));
  }
}

// Writes 64 hexadecimal digits. They need not begin where a word does: each word of four then goes partly into the
// word that the last one began, and the bytes around all of them stay.
function writeDigest(string: usize, position: i32): void {
  const shift = (position & 3) * 8;
  const behind = i32x4.splat(0xffffffff >>> shift);
  let index = position >> 2;
  let begun = v128.andnot(v128.load(wordOf(string, index)), behind);
  for (let half = 0; half < 16; half++) {
    const word = v128.load(state + (half >> 1) * WORD);
    const digits = hexadecimal(half & 1 ? v128.and(word, i32x4.splat(0xffff)) : i32x4.shr_u(word, 16));
    v128.store(wordOf(string, index++), v128.or(begun, i32x4.shr_u(digits, shift)));
    begun = i32x4.shl(i32x4.shl(digits, 24 - shift), 8); // a shift by 32 would be none
  }
  const last = wordOf(string, index);
  v128.store(last, v128.or(begun, v128.and(v128.load(last), behind)));
}

function wordOf(string: usize, index: i32): usize {
  return string + (index >> 4) * SCHEDULE + (index & 15) * WORD;
}

// Four digits for the lower 16 bits of each lane; the others are 0.
function hexadecimal(halves: v128): v128 {
  const bytes = v128.and(v128.or(halves, i32x4.shl(halves, 8)), i32x4.splat(0x00ff00ff));
  const nibbles = v128.and(v128.or(bytes, i32x4.shl(bytes, 4)), i32x4.splat(0x0f0f0f0f));
  return v128.swizzle(i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102), nibbles);
}
