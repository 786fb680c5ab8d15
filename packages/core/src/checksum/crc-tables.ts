import type { CrcField, Remainder } from "./crc-field.ts";

/** At 256·n + b: what byte b becomes once n more bytes have passed. */
interface CrcTables {
  high: Int32Array;
  low: Int32Array;
}

const SLICES = 8;

/**
 * Read bytes into a remainder eight at a time, in plain JavaScript ("slicing-by-8").
 *
 * @param remainder - of the bytes so far
 * @see https://en.wikipedia.org/wiki/Computation_of_cyclic_redundancy_checks#Multi-bit_computation
 */
export function readByTables(field: CrcField, remainder: Remainder, bytes: Uint8Array): Remainder {
  const { high: highs, low: lows } = tablesOf(field);
  let { high, low } = remainder;
  let at = 0;
  // Indices are within bounds by construction; the ?? 0 is for the types, and costs nothing.
  for (; at + SLICES <= bytes.length; at += SLICES) {
    const a = 0x700 | ((low ^ (bytes[at] ?? 0)) & 0xff);
    const b = 0x600 | (((low >>> 8) ^ (bytes[at + 1] ?? 0)) & 0xff);
    const c = 0x500 | (((low >>> 16) ^ (bytes[at + 2] ?? 0)) & 0xff);
    const d = 0x400 | ((low >>> 24) ^ (bytes[at + 3] ?? 0));
    const e = 0x300 | ((high ^ (bytes[at + 4] ?? 0)) & 0xff);
    const f = 0x200 | (((high >>> 8) ^ (bytes[at + 5] ?? 0)) & 0xff);
    const g = 0x100 | (((high >>> 16) ^ (bytes[at + 6] ?? 0)) & 0xff);
    const h = (high >>> 24) ^ (bytes[at + 7] ?? 0);
    high =
      (highs[a] ?? 0) ^
      (highs[b] ?? 0) ^
      (highs[c] ?? 0) ^
      (highs[d] ?? 0) ^
      ((highs[e] ?? 0) ^ (highs[f] ?? 0) ^ (highs[g] ?? 0) ^ (highs[h] ?? 0));
    low =
      (lows[a] ?? 0) ^
      (lows[b] ?? 0) ^
      (lows[c] ?? 0) ^
      (lows[d] ?? 0) ^
      ((lows[e] ?? 0) ^ (lows[f] ?? 0) ^ (lows[g] ?? 0) ^ (lows[h] ?? 0));
  }
  for (; at < bytes.length; at++) {
    const index = (low ^ (bytes[at] ?? 0)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (lows[index] ?? 0);
    high = (high >>> 8) ^ (highs[index] ?? 0);
  }
  return { high, low };
}

const made = new Map<CrcField, CrcTables>();

/** 16 KiB each, made when first needed. */
function tablesOf(field: CrcField): CrcTables {
  const tables = made.get(field) ?? createTables(field);
  made.set(field, tables);
  return tables;
}

function createTables({ polynomial }: CrcField): CrcTables {
  const tables = { high: new Int32Array(256 * SLICES), low: new Int32Array(256 * SLICES) };
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let slice = 0; slice < SLICES; slice++) {
      for (let bit = 0; bit < 8; bit++) {
        const carry = (low & 1) === 1;
        low = (low >>> 1) | (high << 31);
        high >>>= 1;
        if (!carry) continue;
        high ^= polynomial.high;
        low ^= polynomial.low;
      }
      tables.high[slice * 256 + byte] = high;
      tables.low[slice * 256 + byte] = low;
    }
  }
  return tables;
}
