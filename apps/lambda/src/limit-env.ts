import type { LimitSettings } from "@waybill/api";
import { GiB } from "@waybill/core";
import * as z from "zod/mini";

/** A whole number, or `none`. */
const limit = (fallback: number) =>
  z.pipe(
    z._default(
      z.string().check(z.regex(/^([1-9]\d{0,14}|none)$/, "is neither a whole number nor none")),
      String(fallback),
    ),
    z.transform((text) => (text === "none" ? undefined : Number(text))),
  );

/** How much each principal may have, over all instances together: see docs/limits.md. */
export const LimitEnv = {
  /** Uploads in parts that are neither completed nor aborted. */
  WAYBILL_LIMIT_OPEN_UPLOADS: limit(1000),
  /** Bytes that uploads are signed for, from midnight to midnight (UTC). */
  WAYBILL_LIMIT_BYTES_PER_DAY: limit(10 * 1024 * GiB),
  /** Calls of the API. */
  WAYBILL_LIMIT_REQUESTS_PER_MINUTE: limit(60_000),
};

export function limitsOf(env: z.infer<z.ZodMiniObject<typeof LimitEnv>>): LimitSettings {
  return {
    openUploads: env.WAYBILL_LIMIT_OPEN_UPLOADS,
    bytesPerDay: env.WAYBILL_LIMIT_BYTES_PER_DAY,
    requestsPerMinute: env.WAYBILL_LIMIT_REQUESTS_PER_MINUTE,
  };
}
