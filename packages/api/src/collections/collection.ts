import type { CollectionAction, Json, Route, StoredObject, UserMetadata } from "@waybill/core";
import type * as z from "zod/mini";
import type { Principal } from "../principal.ts";

/** What a rule is asked. */
export interface Question {
  principal: Principal;
  action: CollectionAction;
  /** Whose objects: what the collection's `owner` named when they were stored. */
  owner: string;
}

/**
 * One collection, as its deployer writes it down. What any route grants comes from `who`, asked of all the
 * objects of one owner at a time: so a signed request for one key, session credentials for a prefix and cookies
 * for a path never differ in what they allow.
 */
export interface CollectionRule {
  /** The rule. Whoever it does not say `true` to may not. */
  who(question: Question): boolean;
  /** Largest object, in bytes. */
  maxBytes: number;
  /** The ways on which bytes may come and go; `auto` takes the first that can carry them. */
  routes: readonly [Route, ...Route[]];
  /** Life of grants in seconds, at most 604,800: of signed uploads, of signed downloads, and of downloads that ask for no certain one. */
  expiresIn: { upload: number; download: number; defaultDownload: number };
  /** Media types that are taken, such as `image/png` or `image/*`. Default: all. */
  accept?: readonly string[];
  /** The metadata that an upload has to bring. Default: any. */
  metadata?: z.ZodMiniType<UserMetadata, UserMetadata>;
  /** Whose the uploads of a principal are: its own by default, or for instance its team's. */
  owner?(principal: Principal): string;
  /**
   * Where an upload is stored, below the owner's prefix; made safe afterwards. Default: its `id`, which no
   * other has, and its file name.
   */
  key?(upload: { id: string; fileName: string; metadata: UserMetadata; principal: Principal }): string;
  /** Whether an upload may replace an object. Default: it never does. */
  overwrite?: boolean;
  /** Objects are removed so many whole days after their upload began. Default: they are kept until somebody removes them. */
  retention?: { days: number };
  /** `public`: whoever knows its key may read an object without logging in. Default `private`. */
  visibility?: "private" | "public";
  /**
   * Runs when an upload is proven, before the client is told; what it answers (as JSON) reaches the client. It runs again
   * when the client asks again, since an answer can be lost.
   */
  afterUpload?(upload: { principal: Principal; object: StoredObject }): Promise<Json | void>;
}

/** The same with its name and every default filled in. */
export type Collection = CollectionRule & Filled;

export interface Filled {
  name: string;
  accept: readonly string[];
  owner(principal: Principal): string;
  overwrite: boolean;
  visibility: "private" | "public";
}
