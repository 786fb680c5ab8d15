// SHA-256 of four messages side by side: each v128 holds one 32-bit word of each. The memory of
// WebAssembly is little endian and SHA-256 is not: a message's bytes lie there with each word's last byte first.
// https://nvlpubs.nist.gov/nistpubs/FIPS/NIST.FIPS.180-4.pdf

/** Bytes of one word of each of the four. */
export const WORD: usize = 16;
/** Bytes of a schedule: a block's own 16 words, and 48 that follow from them. */
export const SCHEDULE: usize = 64 * WORD;
/** Bytes of a state. */
export const STATE: usize = 8 * WORD;

// First 32 bits of the fractional parts of the cube roots of the first 64 primes.
const CONSTANTS = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

/** Fills the schedule at `schedule`, which holds a block. */
export function expand(schedule: usize): void {
  for (let at = schedule + 16 * WORD; at < schedule + SCHEDULE; at += WORD) {
    const recent = i32x4.add(v128.load(at - 7 * WORD), smallSigma1(v128.load(at - 2 * WORD)));
    const old = i32x4.add(v128.load(at - 16 * WORD), smallSigma0(v128.load(at - 15 * WORD)));
    v128.store(at, i32x4.add(recent, old));
  }
}

/** Advances the states at `state` by the block whose expanded schedule is at `schedule`. */
export function compress(state: usize, schedule: usize): void {
  let a = v128.load(state, 0 * 16);
  let b = v128.load(state, 1 * 16);
  let c = v128.load(state, 2 * 16);
  let d = v128.load(state, 3 * 16);
  let e = v128.load(state, 4 * 16);
  let f = v128.load(state, 5 * 16);
  let g = v128.load(state, 6 * 16);
  let h = v128.load(state, 7 * 16);
  // Eight rounds a turn, after which each variable has its own name again.
  for (let t: usize = 0; t < 64; t += 8, schedule += 8 * WORD) {
    const k = CONSTANTS + (t << 2);
    h = i32x4.add(chosen(e, f, g, h), input(schedule, k, 0));
    d = i32x4.add(d, h);
    h = i32x4.add(h, agreed(a, b, c));
    g = i32x4.add(chosen(d, e, f, g), input(schedule, k, 1));
    c = i32x4.add(c, g);
    g = i32x4.add(g, agreed(h, a, b));
    f = i32x4.add(chosen(c, d, e, f), input(schedule, k, 2));
    b = i32x4.add(b, f);
    f = i32x4.add(f, agreed(g, h, a));
    e = i32x4.add(chosen(b, c, d, e), input(schedule, k, 3));
    a = i32x4.add(a, e);
    e = i32x4.add(e, agreed(f, g, h));
    d = i32x4.add(chosen(a, b, c, d), input(schedule, k, 4));
    h = i32x4.add(h, d);
    d = i32x4.add(d, agreed(e, f, g));
    c = i32x4.add(chosen(h, a, b, c), input(schedule, k, 5));
    g = i32x4.add(g, c);
    c = i32x4.add(c, agreed(d, e, f));
    b = i32x4.add(chosen(g, h, a, b), input(schedule, k, 6));
    f = i32x4.add(f, b);
    b = i32x4.add(b, agreed(c, d, e));
    a = i32x4.add(chosen(f, g, h, a), input(schedule, k, 7));
    e = i32x4.add(e, a);
    a = i32x4.add(a, agreed(b, c, d));
  }
  v128.store(state, i32x4.add(a, v128.load(state, 0 * 16)), 0 * 16);
  v128.store(state, i32x4.add(b, v128.load(state, 1 * 16)), 1 * 16);
  v128.store(state, i32x4.add(c, v128.load(state, 2 * 16)), 2 * 16);
  v128.store(state, i32x4.add(d, v128.load(state, 3 * 16)), 3 * 16);
  v128.store(state, i32x4.add(e, v128.load(state, 4 * 16)), 4 * 16);
  v128.store(state, i32x4.add(f, v128.load(state, 5 * 16)), 5 * 16);
  v128.store(state, i32x4.add(g, v128.load(state, 6 * 16)), 6 * 16);
  v128.store(state, i32x4.add(h, v128.load(state, 7 * 16)), 7 * 16);
}

// A word of the message and the constant of its round, of a group of eight.
function input(words: usize, constants: usize, round: usize): v128 {
  return i32x4.add(v128.load(words + round * WORD), v128.load_splat<u32>(constants + round * 4));
}

// Σ1(e) + Ch(e, f, g) + h
function chosen(e: v128, f: v128, g: v128, h: v128): v128 {
  const sigma = v128.xor(v128.xor(rotate(e, 6), rotate(e, 11)), rotate(e, 25));
  return i32x4.add(i32x4.add(sigma, v128.bitselect(f, g, e)), h);
}

// Σ0(a) + Maj(a, b, c)
function agreed(a: v128, b: v128, c: v128): v128 {
  // Where a and b differ, c decides.
  const sigma = v128.xor(v128.xor(rotate(a, 2), rotate(a, 13)), rotate(a, 22));
  return i32x4.add(sigma, v128.bitselect(c, b, v128.xor(a, b)));
}

function smallSigma0(x: v128): v128 {
  return v128.xor(v128.xor(rotate(x, 7), rotate(x, 18)), i32x4.shr_u(x, 3));
}

function smallSigma1(x: v128): v128 {
  return v128.xor(v128.xor(rotate(x, 17), rotate(x, 19)), i32x4.shr_u(x, 10));
}

function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shr_u(x, bits), i32x4.shl(x, 32 - bits));
}
