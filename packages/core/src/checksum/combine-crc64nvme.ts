import { CRC64NVME_REFLECTED_POLYNOMIAL } from "./crc64nvme.ts";

/** One run of bytes: its CRC64NVME (base64 of 8 bytes, big endian) and its length. */
export interface ChecksummedRange {
  value: string;
  sizeBytes: number;
}

/**
 * The CRC64NVME of a concatenation, from the values of its pieces in order. So parts can be hashed
 * in parallel and nothing needs to be read twice.
 *
 * In the reflected form crc(A‖B) = crc(A)·x^(8·|B|) mod P ⊕ crc(B): initial value and final
 * inversion cancel.
 */
export function combineCrc64Nvme(ranges: Iterable<ChecksummedRange>): string {
  const powers = new Map<number, bigint>(); // x^(8·size), computed once for all parts of one size
  let crc: bigint | undefined;
  for (const { value, sizeBytes } of ranges) {
    const next = fromBase64(value);
    if (crc === undefined) {
      crc = next;
      continue;
    }
    let power = powers.get(sizeBytes);
    if (power === undefined) {
      power = powerOfX(8n * BigInt(sizeBytes));
      powers.set(sizeBytes, power);
    }
    crc = multiply(crc, power) ^ next;
  }
  return toBase64(crc ?? 0n);
}

// Polynomials over GF(2), reflected: the coefficient of x^0 is the highest of the 64 bits.
const ONE = 1n << 63n;

function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = a; // a·x^i
  for (let bit = ONE; bit > 0n; bit >>= 1n) {
    if (b & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ CRC64NVME_REFLECTED_POLYNOMIAL : shifted >> 1n;
  }
  return product;
}

function powerOfX(exponent: bigint): bigint {
  let power = ONE;
  let square = ONE >> 1n; // x
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power;
}

function fromBase64(value: string): bigint {
  let number = 0n;
  for (const character of atob(value)) number = (number << 8n) | BigInt(character.charCodeAt(0));
  return number;
}

function toBase64(crc: bigint): string {
  let bytes = "";
  for (let shift = 56n; shift >= 0n; shift -= 8n)
    bytes += String.fromCharCode(Number((crc >> shift) & 0xffn));
  return btoa(bytes);
}
