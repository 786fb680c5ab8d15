// The bulk of a CRC without tables, shifts or carry-less products: division by a multiple of the polynomial that
// has very few terms. With y = x^-8, a step back of one byte, each multiple below says 1 = y^a + y^b + ... modulo
// the CRC's polynomial, so that a byte of the quotient is the byte of the message XORed with the bytes of the
// quotient a, b, ... places before it. Sixteen bytes are done at once, as every distance is longer than that.
//
// The fewer the terms, the longer the distances, and the history that a stream carries along. These were found by a
// meet in the middle over all sums of so many powers. Each distance is above one kilobyte, also modulo 4096, so that
// no load waits for a store that is still on its way to the cache, nor is taken for one that would have to.
// The idea, for CRC-32: https://arxiv.org/abs/2412.16398 ("Chorba").

/** Where the message begins. In front of it is the quotient so far; of a new stream, zeros. */
const MESSAGE = 8192;
const STEP = 64;

/**
 * Divide the message in place, or what follows it from here on into `target`.
 *
 * @param sizeBytes - a multiple of 64
 * @param target - address of the quotient; the message's own, or one behind all that is read
 */
export function divideCrc64Nvme(sizeBytes: usize, target: usize): void {
  for (let at: usize = 0; at < sizeBytes; at += STEP) {
    v128.store(target + at, crc64Nvme(at));
    v128.store(target + at, crc64Nvme(at + 16), 16);
    v128.store(target + at, crc64Nvme(at + 32), 32);
    v128.store(target + at, crc64Nvme(at + 48), 48);
  }
}

/** As {@link divideCrc64Nvme}. */
export function divideCrc32(sizeBytes: usize, target: usize): void {
  for (let at: usize = 0; at < sizeBytes; at += STEP) {
    v128.store(target + at, crc32(at));
    v128.store(target + at, crc32(at + 16), 16);
    v128.store(target + at, crc32(at + 32), 32);
    v128.store(target + at, crc32(at + 48), 48);
  }
}

/** As {@link divideCrc64Nvme}. */
export function divideCrc32c(sizeBytes: usize, target: usize): void {
  for (let at: usize = 0; at < sizeBytes; at += STEP) {
    v128.store(target + at, crc32c(at));
    v128.store(target + at, crc32c(at + 16), 16);
    v128.store(target + at, crc32c(at + 32), 32);
    v128.store(target + at, crc32c(at + 48), 48);
  }
}

function crc64Nvme(at: usize): v128 {
  const near = v128.xor(v128.load(at, MESSAGE - 1114), v128.load(at, MESSAGE - 1864));
  const middle = v128.xor(v128.load(at, MESSAGE - 3895), v128.load(at, MESSAGE - 5611));
  const far = v128.xor(v128.load(at, MESSAGE - 6202), v128.load(at, MESSAGE - 7060));
  return v128.xor(v128.xor(v128.load(at, MESSAGE), near), v128.xor(middle, far));
}

function crc32(at: usize): v128 {
  const far = v128.xor(v128.load(at, MESSAGE - 2181), v128.load(at, MESSAGE - 4018));
  return v128.xor(v128.xor(v128.load(at, MESSAGE), v128.load(at, MESSAGE - 1927)), far);
}

function crc32c(at: usize): v128 {
  const far = v128.xor(v128.load(at, MESSAGE - 2830), v128.load(at, MESSAGE - 5321));
  return v128.xor(v128.xor(v128.load(at, MESSAGE), v128.load(at, MESSAGE - 1747)), far);
}
