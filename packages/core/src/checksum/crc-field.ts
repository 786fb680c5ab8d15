/** The CRCs that S3 knows, by the names it gives them. */
export type CrcAlgorithm = "CRC64NVME" | "CRC32" | "CRC32C";

/**
 * A polynomial over GF(2) of lower degree than the CRC's: two halves of 32 bits, for no number of
 * JavaScript holds 64 and a BigInt is slow. Reflected, as all three CRCs are: the lowest bit is the
 * coefficient of the highest power. A CRC of 32 bits is in `low`, and its `high` is 0.
 */
export interface Remainder {
  readonly high: number;
  readonly low: number;
}

/** What a CRC computes in: remainders modulo its polynomial. */
export interface CrcField {
  readonly bits: 32 | 64;
  /** Without its highest term. */
  readonly polynomial: Remainder;
}

/**
 * All three start with every bit set, and invert all bits at the end.
 *
 * @see https://reveng.sourceforge.io/crc-catalogue/all.htm CRC-64/NVME, CRC-32/ISO-HDLC, CRC-32/ISCSI,
 *   which write the polynomials the other way round
 */
export const CRC64NVME_FIELD: CrcField = { bits: 64, polynomial: { high: 0x9a6c9329, low: 0xac4bc9b5 } };

/** The same, and the others. Who needs one alone, in a page, leaves them. */
export const CRC_FIELDS = {
  CRC64NVME: CRC64NVME_FIELD,
  CRC32: { bits: 32, polynomial: { high: 0, low: 0xedb88320 } },
  CRC32C: { bits: 32, polynomial: { high: 0, low: 0x82f63b78 } },
} as const satisfies Record<CrcAlgorithm, CrcField>;

export const ZERO: Remainder = { high: 0, low: 0 };

/** Every bit inverted: how a CRC starts (of {@link ZERO}) and how it ends. */
export function inverted({ bits }: CrcField, { high, low }: Remainder): Remainder {
  return { high: bits === 64 ? ~high : 0, low: ~low };
}

export function add(a: Remainder, b: Remainder): Remainder {
  return { high: a.high ^ b.high, low: a.low ^ b.low };
}

function multiply(field: CrcField, a: Remainder, b: Remainder): Remainder {
  const { bits } = field;
  let product = ZERO;
  let shifted = a; // a·x^i
  for (let i = 0; i < bits; i++) {
    const bit = bits - 1 - i; // a shift counts modulo 32
    if ((((bit < 32 ? b.low : b.high) >>> bit) & 1) === 1) product = add(product, shifted);
    shifted = timesX(field, shifted);
  }
  return product;
}

/**
 * Appending bytes multiplies a remainder by this.
 *
 * @param sizeBytes - how many; also a negative number, to take zeros away again
 * @returns x^(8·sizeBytes)
 */
export function powerOfByte(field: CrcField, sizeBytes: number): Remainder {
  let power = oneOf(field);
  let square = oneOf(field);
  // Stryker disable next-line EqualityOperator: of no bytes the power is 1, whichever way
  for (let i = 0; i < 8; i++) square = sizeBytes < 0 ? dividedByX(field, square) : timesX(field, square);
  // No bit operators: an object has more bytes than they can count.
  for (let rest = Math.abs(sizeBytes); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(field, power, square);
    square = multiply(field, square, square);
  }
  return power;
}

/** Multiplication by one factor, many times: a table for each four bits of the other one. */
export function createMultiplier(field: CrcField, factor: Remainder): (other: Remainder) => Remainder {
  const tables = multiplesOf(field, factor);
  return ({ high, low }) => {
    let productHigh = 0;
    let productLow = 0;
    for (let shift = 0; shift < 32; shift += 4) {
      const ofLow = (shift << 2) | ((low >>> shift) & 15);
      const ofHigh = 128 | (shift << 2) | ((high >>> shift) & 15);
      productHigh ^= (tables.high[ofLow] ?? 0) ^ (tables.high[ofHigh] ?? 0);
      productLow ^= (tables.low[ofLow] ?? 0) ^ (tables.low[ofHigh] ?? 0);
    }
    return { high: productHigh, low: productLow };
  };
}

/** At 16·n + b: the product of `factor` and bits b at place 4·n. */
function multiplesOf(field: CrcField, factor: Remainder): { high: Int32Array; low: Int32Array } {
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  let shifted = factor;
  for (let bit = field.bits - 1; bit >= 0; bit--) {
    const table = (bit >>> 2) << 4;
    const weight = 1 << (bit & 3);
    // Stryker disable next-line EqualityOperator: 16 has no bit of any weight
    for (let others = 0; others < 16; others++) {
      if ((others & weight) === 0) continue;
      high[table | others] = (high[table | others] ?? 0) ^ shifted.high;
      low[table | others] = (low[table | others] ?? 0) ^ shifted.low;
    }
    shifted = timesX(field, shifted);
  }
  return { high, low };
}

function oneOf({ bits }: CrcField): Remainder {
  return bits === 64 ? { high: 1 << 31, low: 0 } : { high: 0, low: 1 << 31 };
}

function timesX({ polynomial }: CrcField, { high, low }: Remainder): Remainder {
  const shifted = { high: high >>> 1, low: (low >>> 1) | (high << 31) };
  return (low & 1) === 1 ? add(shifted, polynomial) : shifted;
}

/** The inverse of {@link timesX}: where the highest bit is set, the polynomial was added. */
function dividedByX({ bits, polynomial }: CrcField, remainder: Remainder): Remainder {
  const added = ((bits === 64 ? remainder.high : remainder.low) & (1 << 31)) !== 0;
  const { high, low } = added ? add(remainder, polynomial) : remainder;
  const lowest = added ? 1 : 0;
  // Of 32 bits the highest is 0 by now: none goes over into `high`.
  return { high: (high << 1) | (low >>> 31), low: (low << 1) | lowest };
}
