import { ObjectKey, Route, SizeBytes } from "@waybill/core";
import * as z from "zod/mini";

/**
 * One call that was decided on: who asked for what, and what became of it. It holds no token, signature, URL,
 * credentials, uploadId or metadata. What the caller did not name, and what is not known, is left out.
 */
export const AuditLine = z.object({
  type: z.literal("audit"),
  time: z.iso.datetime(),
  /** The same for all calls of one request; that of Lambda and of its other log lines. */
  requestId: z.string(),
  /** The `sub` of who asked; null: nobody who is known. */
  principal: z.nullable(z.string()),
  /** `uploads.create`; `shares.open` is what a share link does for whoever follows it. */
  procedure: z.string(),
  /** `deny`: refused, with the code that says why. `error`: neither; something failed, and nothing was granted. */
  decision: z.enum(["allow", "deny", "error"]),
  code: z.optional(z.string()),
  collection: z.optional(z.string()),
  key: z.optional(ObjectKey),
  keys: z.optional(z.array(ObjectKey)),
  /** Of a listing, or of credentials. */
  prefix: z.optional(z.string()),
  route: z.optional(Route),
  /** Of the upload. */
  sizeBytes: z.optional(SizeBytes),
  /** What credentials allow. */
  actions: z.optional(z.array(z.string())),
  /** When what was granted ends. */
  expiresAt: z.optional(z.iso.datetime()),
});
export type AuditLine = z.infer<typeof AuditLine>;

/** Where audit lines go. It must not fail, nor keep anybody waiting. */
export type Audit = (line: AuditLine) => void;
