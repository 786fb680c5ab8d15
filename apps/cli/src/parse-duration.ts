import { MAX_PRESIGN_SECONDS } from "@waybill/core";
import { UsageError } from "./usage-error.ts";

const DAY_SECONDS = 86_400;
const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: DAY_SECONDS };

/**
 * `90s`, `15m`, `12h`, `7d`, or bare seconds.
 *
 * @param mostSeconds - whole days; those of a signed URL by default
 * @throws {UsageError}
 */
export function parseDuration(text: string, mostSeconds = MAX_PRESIGN_SECONDS): number {
  const match = /^(\d+)([smhd])?$/.exec(text.trim());
  const seconds = Number(match?.[1]) * (UNIT_SECONDS[match?.[2] ?? "s"] ?? Number.NaN);
  if (seconds >= 1 && seconds <= mostSeconds) return seconds;
  throw new UsageError(
    `${JSON.stringify(text)} is not a duration from 1s to ${mostSeconds / DAY_SECONDS}d, such as 90s, 15m, 12h or 7d.`,
  );
}
