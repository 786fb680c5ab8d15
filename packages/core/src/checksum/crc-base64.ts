import { WaybillError } from "../waybill-error.ts";
import { CRC_FIELDS, type CrcAlgorithm, type CrcField, type Remainder } from "./crc-field.ts";

/** A CRC as S3 writes it: 4 or 8 bytes, big endian, in base64. */
export function crcToBase64({ bits }: CrcField, { high, low }: Remainder): string {
  return btoa(bits === 64 ? fourBytes(high) + fourBytes(low) : fourBytes(low));
}

/** @throws {WaybillError} `INVALID_INPUT` */
export function crcFromBase64(algorithm: CrcAlgorithm, value: string): Remainder {
  const bytes = decoded(value);
  if (bytes.length !== CRC_FIELDS[algorithm].bits / 8)
    throw new WaybillError("INVALID_INPUT", `${JSON.stringify(value)} is no ${algorithm} in base64.`);
  const low = numberAt(bytes, bytes.length - 4);
  return { high: bytes.length === 8 ? numberAt(bytes, 0) : 0, low };
}

function fourBytes(number: number): string {
  return String.fromCharCode(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);
}

function numberAt(bytes: string, index: number): number {
  let number = 0;
  for (let end = index + 4; index < end; index++) number = (number << 8) | bytes.charCodeAt(index);
  return number;
}

function decoded(value: string): string {
  try {
    return atob(value);
  } catch {
    return ""; // a DOMException, which says no more than that it is no base64
  }
}
