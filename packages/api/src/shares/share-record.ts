import { ObjectKey, type Share } from "@waybill/core";
import * as z from "zod/mini";
import { PasswordHash } from "./share-password.ts";

/** What the store keeps of one share. Neither its link nor its password can be made of it. */
export const ShareRecord = z.object({
  version: z.literal(1),
  key: ObjectKey,
  /** What is shared is these bytes: another object under the key is not. */
  eTag: z.string(),
  fileName: z.string(),
  disposition: z.enum(["attachment", "inline"]),
  /** Who shared it, for the collection's rule. */
  sharer: z.object({ id: z.string(), scopes: z.array(z.string()) }),
  createdAt: z.iso.datetime(),
  expiresAt: z.nullable(z.iso.datetime()),
  password: z.nullable(PasswordHash),
  /** Passwords that were tried and not right, or are being tried, since a time of which not all is an hour ago. */
  attempts: z.object({ since: z.iso.datetime(), count: z.int() }),
  downloads: z.nullable(z.object({ count: z.int(), most: z.int() })),
  /** Names the last write, so that who lost its answer knows it again. */
  turn: z.string(),
});
export type ShareRecord = z.infer<typeof ShareRecord>;

/** As far as the record tells. */
export function stateOfShare({ expiresAt, downloads }: ShareRecord, now: Date): Share["state"] {
  if (expiresAt !== null && Date.parse(expiresAt) <= now.getTime()) return "expired";
  return downloads !== null && downloads.count >= downloads.most ? "used-up" : "open";
}

/** What its sharer may see of it. */
export function describeShare(id: string, record: ShareRecord, now: Date): Share {
  const { key, fileName, createdAt, expiresAt, password, downloads } = record;
  return {
    id,
    key,
    fileName,
    createdAt,
    expiresAt,
    hasPassword: password !== null,
    downloads,
    state: stateOfShare(record, now),
  };
}
