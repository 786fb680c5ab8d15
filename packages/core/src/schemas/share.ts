import * as z from "zod/mini";
import { ObjectKey } from "./object.ts";

const DAY_SECONDS = 24 * 3600;

/** What names a share to whoever made it. It opens nothing. */
export const ShareId = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/, "is no id of a share"));

/** Shorter ones are guessed, however few may be tried. */
export const SharePassword = z
  .string()
  .check(z.minLength(8, "is shorter than 8 characters"), z.maxLength(256, "is longer than 256 characters"));

export const CreateShareInput = z.object({
  key: ObjectKey,
  /** Seconds, at most ten years; null: until it is revoked. */
  expiresIn: z._default(
    z.nullable(z.int().check(z.minimum(1), z.maximum(3650 * DAY_SECONDS))),
    30 * DAY_SECONDS,
  ),
  password: z.optional(SharePassword),
  /** How often it can be opened; any number of times when left out. */
  maxDownloads: z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000))),
  disposition: z._default(z.enum(["attachment", "inline"]), "attachment"),
});

export const Share = z.object({
  id: ShareId,
  key: ObjectKey,
  fileName: z.string(),
  createdAt: z.iso.datetime(),
  /** Null: until it is revoked. */
  expiresAt: z.nullable(z.iso.datetime()),
  hasPassword: z.boolean(),
  /** How often it was opened, of how many times; null: nobody counts. */
  downloads: z.nullable(z.object({ count: z.number(), most: z.number() })),
  /** `gone`: what was shared is not there any more, or its sharer may not read it. */
  state: z.enum(["open", "expired", "used-up", "gone"]),
});
export type Share = z.infer<typeof Share>;

export const CreateShareOutput = z.object({
  share: Share,
  /** The link, below the API's address: `/s/…`. It is told only once, and kept nowhere. */
  path: z.string(),
});

export const ListSharesInput = z.object({
  limit: z._default(z.int().check(z.minimum(1), z.maximum(100)), 100),
  cursor: z.optional(z.string()),
});
/** Of who asks; within a page the newest first. */
export const ListSharesOutput = z.object({ shares: z.array(Share), cursor: z.optional(z.string()) });

export const RevokeShareInput = z.object({ id: ShareId });
export const RevokeShareOutput = z.object({ id: ShareId, revoked: z.literal(true) });

export const SweepSharesInput = z.object({ cursor: z.optional(z.string()) });
export const SweepSharesOutput = z.object({
  /** How many were removed that ended long ago. */
  removed: z.number(),
  cursor: z.optional(z.string()),
});
