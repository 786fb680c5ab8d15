import * as z from "zod/mini";

/** What anybody may know. */
export const HealthOutput = z.object({
  status: z.literal("ok"),
  version: z.string(),
  now: z.iso.datetime(),
});
