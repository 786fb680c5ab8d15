import * as z from "zod/mini";
import { LifecycleDays } from "./lifecycle.ts";
import { Route } from "./route.ts";

/** What somebody may want to do with the objects of one owner in one collection. */
export const CollectionAction = z.enum(["create", "read", "list", "delete"]);
export type CollectionAction = z.infer<typeof CollectionAction>;

/** What a client may know of a collection before it sends anything. */
export const CollectionInfo = z.object({
  name: z.string(),
  /** Largest object, in bytes. */
  maxBytes: z.number(),
  /** Media types that are taken, such as `image/png` or `image/*`; empty: all. */
  accept: z.array(z.string()),
  /** Those that the deployment has, the best first. */
  routes: z.array(Route),
  /** Whether an upload may replace an object. */
  overwrite: z.boolean(),
  visibility: z.enum(["private", "public"]),
  /** Objects are removed so many days after their upload began; absent: never. */
  retentionDays: z.optional(LifecycleDays),
  /** Where the asking principal's own objects are; ends in `/`. */
  prefix: z.string(),
  /** What it may do with them. */
  actions: z.array(CollectionAction),
});
export type CollectionInfo = z.infer<typeof CollectionInfo>;

export const ListCollectionsOutput = z.object({ collections: z.array(CollectionInfo) });
