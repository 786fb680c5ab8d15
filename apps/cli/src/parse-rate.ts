import { UsageError } from "./usage-error.ts";

const UNIT_BYTES: Record<string, number> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes per second, as curl and wget take them: `500k`, `2M`, `1.5m`. @throws {UsageError} */
export function parseRate(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmg]?)$/i.exec(text.trim());
  const rate = Number(match?.[1]) * (UNIT_BYTES[match?.[2]?.toLowerCase() ?? ""] ?? Number.NaN);
  if (rate >= 1) return Math.round(rate);
  throw new UsageError(`${JSON.stringify(text)} is not a number of bytes per second, such as 500k or 2M.`);
}

/** @throws {UsageError} */
export function parseConcurrency(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count;
  throw new UsageError(`${JSON.stringify(text)} is not a number of requests from 1 to 256.`);
}
