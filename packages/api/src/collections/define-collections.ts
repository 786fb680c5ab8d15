import {
  MAX_LIFECYCLE_DAYS,
  MAX_OBJECT_BYTES,
  MAX_PRESIGN_SECONDS,
  WaybillError,
  type Json,
  type Route,
  type UserMetadata,
} from "@waybill/core";
import type * as z from "zod/mini";
import type { Collection, CollectionRule, Filled } from "./collection.ts";

type Rules = Readonly<Record<string, CollectionRule>>;

/** All collections of a deployment, by name. */
export type Collections = Readonly<Record<string, Collection>>;

/** What a client has to know of each collection at compile time. */
export interface CollectionType {
  metadata: UserMetadata;
  route: Route;
  /** What `afterUpload` answers. */
  after: Json | undefined;
}

/** `CollectionTypes<typeof collections>` is what a client is told: names, metadata, routes. No code of the server's. */
export type CollectionTypes<C extends Rules> = {
  [N in keyof C & string]: {
    metadata: C[N] extends { metadata: z.ZodMiniType<infer M extends UserMetadata> } ? M : UserMetadata;
    route: C[N]["routes"][number];
    after: C[N] extends { afterUpload(...of: never): Promise<infer A extends Json> } ? A : undefined;
  };
};

/**
 * The collections of a deployment, each with its rule; one without a rule does not compile.
 *
 * @param rules - by name, which is the first segment of the keys: lower-case letters, digits and `-`, at most 63
 * @throws when a number, a name or a media type is none that can be meant
 */
export function defineCollections<const R extends Rules>(
  rules: R,
): { readonly [N in keyof R & string]: R[N] & Filled };
export function defineCollections(rules: Rules): Collections {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, toCollection(name, rule)]));
}

function toCollection(name: string, rule: CollectionRule): Collection {
  check(
    name,
    /^[a-z0-9][a-z0-9-]{0,62}$/.test(name),
    "a name has lower-case letters, digits and -, so that its keys begin as no other's do",
  );
  checkNumber(name, "maxBytes", rule.maxBytes, MAX_OBJECT_BYTES);
  for (const [grant, seconds] of Object.entries(rule.expiresIn))
    checkNumber(name, `expiresIn.${grant}`, seconds, MAX_PRESIGN_SECONDS);
  if (rule.retention !== undefined)
    checkNumber(name, "retention.days", rule.retention.days, MAX_LIFECYCLE_DAYS);
  for (const range of rule.accept ?? [])
    check(
      name,
      /^[\w!#$&^.+-]+\/(\*|[\w!#$&^.+-]+)$/.test(range),
      `accept has ${JSON.stringify(range)}, which is no media type`,
    );
  return {
    accept: [],
    owner: ({ id }) => id,
    overwrite: false,
    visibility: "private",
    ...rule,
    name,
  };
}

function checkNumber(name: string, what: string, value: number, most: number): void {
  check(
    name,
    Number.isInteger(value) && value >= 1 && value <= most,
    `${what} is no whole number from 1 to ${most}`,
  );
}

function check(name: string, isRight: boolean, problem: string): void {
  if (!isRight) throw new Error(`The collection ${JSON.stringify(name)} is not right: ${problem}.`);
}

/** What the keys of its objects begin with. No name has a `/`, so that none is a prefix of another's. */
export function prefixOfCollection(name: string): string {
  return `${name}/`;
}

/** @throws {WaybillError} `COLLECTION_NOT_FOUND` */
export function collectionNamed(collections: Collections, name: string): Collection {
  const collection = Object.hasOwn(collections, name) ? collections[name] : undefined;
  if (collection !== undefined) return collection;
  throw new WaybillError(
    "COLLECTION_NOT_FOUND",
    `There is no collection ${JSON.stringify(name)}; there is ${Object.keys(collections).join(", ")}.`,
  );
}
