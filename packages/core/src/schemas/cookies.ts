import * as z from "zod/mini";
import { MAX_PRESIGN_SECONDS } from "../s3-limits.ts";
import { ObjectKey } from "./object.ts";

/** What is opened with cookies of CloudFront: all that one owner has in a collection, or a folder of it. */
export const DownloadCookiesInput = z
  .object({
    /** One's own place there. */
    collection: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
    /** A readable place or a folder of one: `collection/owner/…/`. */
    prefix: z.optional(ObjectKey.check(z.endsWith("/", "does not end in /"))),
    /** Seconds; the collection's own when left out. */
    expiresIn: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_PRESIGN_SECONDS))),
  })
  .check(
    z.refine(({ collection, prefix }) => collection === undefined || prefix === undefined, {
      path: ["prefix"],
      error: "names its collection itself: leave out one of the two",
    }),
  );

/** The cookies themselves are in the answer's `Set-Cookie` headers alone. */
export const DownloadCookiesOutput = z.object({
  /** Ends in `/`; the percent-encoded rest of a key follows. */
  url: z.string(),
  prefix: ObjectKey,
  expiresAt: z.iso.datetime(),
});
export type DownloadCookiesOutput = z.infer<typeof DownloadCookiesOutput>;
