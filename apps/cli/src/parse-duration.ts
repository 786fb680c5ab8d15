import { MAX_PRESIGN_SECONDS } from "@waybill/core";
import { UsageError } from "./usage-error.ts";

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `15m`, `12h`, `7d`, or bare seconds, up to 7 days. @throws {UsageError} */
export function parseDuration(text: string): number {
  const match = /^(\d+)([smhd])?$/.exec(text.trim());
  const seconds = Number(match?.[1]) * (UNIT_SECONDS[match?.[2] ?? "s"] ?? Number.NaN);
  if (seconds >= 1 && seconds <= MAX_PRESIGN_SECONDS) return seconds;
  throw new UsageError(
    `${JSON.stringify(text)} is not a duration from 1s to 7d, such as 90s, 15m, 12h or 7d.`,
  );
}
