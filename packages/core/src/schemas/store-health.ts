import * as z from "zod/mini";
import { LifecycleRule } from "./lifecycle.ts";
import { Integrity } from "./object.ts";

/** What the server's side of the store looks like, for those who are logged in. */
export const StoreHealthOutput = z.object({
  /** Where browsers and programs send the bytes. */
  url: z.string(),
  bucket: z.string(),
  region: z.string(),
  /** By what uploads are proven here, as the server was told. */
  integrity: Integrity,
  /** What kind of credentials the server signs with, never which. */
  credentials: z.object({ temporary: z.boolean(), expiresAt: z.nullable(z.iso.datetime()) }),
  reachable: z.discriminatedUnion("ok", [
    z.object({ ok: z.literal(true) }),
    z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
  ]),
});
export type StoreHealthOutput = z.infer<typeof StoreHealthOutput>;

/** What the store can do, as it has shown. */
export const ProbeStoreOutput = z.object({
  /** By what it can prove uploads: a small one was begun, and aborted. */
  proves: z.array(Integrity),
  /** Whether it replaces an object only by what `If-Match` says: what limits are counted by. */
  counts: z.boolean(),
  /** Whether the bucket has the rules by which collections with a `retention` are emptied. */
  lifecycle: z.discriminatedUnion("known", [
    z.object({
      known: z.literal(true),
      wanted: z.array(LifecycleRule),
      /** Of those, with no more than the bucket lacks of each. */
      missing: z.array(LifecycleRule),
      /** The bucket's own by which objects go earlier than their collection says. */
      hasty: z.array(LifecycleRule),
    }),
    /** The store did not tell its rules, and why. */
    z.object({ known: z.literal(false), message: z.string() }),
  ]),
});
export type ProbeStoreOutput = z.infer<typeof ProbeStoreOutput>;
