import * as z from "zod/mini";

/** What anybody may know. */
export const HealthOutput = z.object({
  status: z.literal("ok"),
  version: z.string(),
  now: z.iso.datetime(),
});

/** What the server's side of the store looks like, for those who are logged in. */
export const StoreHealthOutput = z.object({
  /** Where browsers and programs send the bytes. */
  url: z.string(),
  bucket: z.string(),
  region: z.string(),
  /** What kind of credentials the server signs with, never which. */
  credentials: z.object({ temporary: z.boolean(), expiresAt: z.nullable(z.iso.datetime()) }),
  reachable: z.discriminatedUnion("ok", [
    z.object({ ok: z.literal(true) }),
    z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
  ]),
});
export type StoreHealthOutput = z.infer<typeof StoreHealthOutput>;
