import type { ChecksumAlgorithm } from "./checksum-algorithm.ts";

export type CrcAlgorithm = Extract<ChecksumAlgorithm, "CRC64NVME" | "CRC32" | "CRC32C">;

/**
 * The CRC of a whole from the CRCs of its parts, without reading a byte again.
 *
 * A CRC is a remainder of polynomials over GF(2): appending n bytes multiplies the remainder so far
 * by x^(8n), and the start and final values of these three algorithms cancel out.
 *
 * @param parts - digests in order, each with the number of bytes it covers
 */
export function combineCrc(
  algorithm: CrcAlgorithm,
  parts: readonly { digest: Buffer; sizeBytes: number }[],
): Buffer {
  const field = FIELDS[algorithm];
  const powers = new Map<number, bigint>(); // most parts have one size: compute its power once
  let combined = 0n;
  for (const { digest, sizeBytes } of parts) {
    let power = powers.get(sizeBytes);
    if (power === undefined) {
      power = powerOfX(field, BigInt(sizeBytes) * 8n);
      powers.set(sizeBytes, power);
    }
    combined = multiply(field, power, combined) ^ BigInt(`0x${digest.toString("hex")}`);
  }
  return Buffer.from(combined.toString(16).padStart(field.bits / 4, "0"), "hex");
}

interface Field {
  bits: number;
  /** With the bits reversed: the highest bit is the coefficient of x^0. */
  polynomial: bigint;
}

const FIELDS = {
  CRC64NVME: { bits: 64, polynomial: 0x9a6c_9329_ac4b_c9b5n },
  CRC32: { bits: 32, polynomial: 0xedb8_8320n },
  CRC32C: { bits: 32, polynomial: 0x82f6_3b78n },
} as const satisfies Record<CrcAlgorithm, Field>;

/** x^exponent modulo the polynomial, by repeated squaring. */
function powerOfX(field: Field, exponent: bigint): bigint {
  const one = 1n << BigInt(field.bits - 1);
  let square = one >> 1n; // x^1
  let result = one;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(field, square, result);
    square = multiply(field, square, square);
  }
  return result;
}

/** The product of two remainders, reflected like the polynomial. */
function multiply({ bits, polynomial }: Field, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b; // b times x^i
  for (let mask = 1n << BigInt(bits - 1); mask > 0n; mask >>= 1n) {
    if (a & mask) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}
