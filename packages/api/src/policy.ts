import { keySegment, textOfKeySegment, WaybillError, type CollectionAction } from "@waybill/core";
import type { Collection } from "./collections/collection.ts";
import { collectionNamed, prefixOfCollection, type Collections } from "./collections/define-collections.ts";
import { SWEEP_SCOPE, type Principal } from "./principal.ts";

/** The objects of one owner in one collection: what the rule is asked about, and the prefix that no other shares. */
export interface Place {
  collection: Collection;
  owner: string;
}

/** It ends in `/`, so none is a prefix of another's. */
export function prefixOf({ collection, owner }: Place): string {
  return `${prefixOfCollection(collection.name)}${keySegment(owner)}/`;
}

/** Where a principal's uploads go. @throws {WaybillError} `COLLECTION_NOT_FOUND` */
export function ownPlace(collections: Collections, principal: Principal, collectionName: string): Place {
  const collection = collectionNamed(collections, collectionName);
  return { collection, owner: collection.owner(principal) };
}

/** Any place where a principal may upload. @throws {WaybillError} `FORBIDDEN` where there is none */
export function somePlace(collections: Collections, principal: Principal): Place {
  const places = Object.keys(collections).map((name) => ownPlace(collections, principal, name));
  const place = places.find((own) => isPermitted(principal, "create", own));
  if (place === undefined) throw new WaybillError("FORBIDDEN", "You may not upload to any collection.");
  return place;
}

/** Whether somebody, logged in or not, may do this there: the only place where a rule is asked. */
export function isPermitted(
  principal: Principal | undefined,
  action: CollectionAction,
  { collection, owner }: Place,
): boolean {
  if (action === "read" && collection.visibility === "public") return true;
  if (principal === undefined) return false;
  const answer: unknown = collection.who({ principal, action, owner });
  return answer === true; // a promise, in a rule that no compiler has seen, is no permission
}

/** @throws {WaybillError} `FORBIDDEN` */
export function assertPermitted(
  principal: Principal | undefined,
  action: CollectionAction,
  place: Place,
): void {
  if (isPermitted(principal, action, place)) return;
  throw new WaybillError("FORBIDDEN", `You may not ${action} in ${place.collection.name}.`);
}

/**
 * Where a key lies, when this may be done with what is there.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND`, the same for a key that this principal may not even read and for
 *   one that cannot exist, so that nothing is learnt by asking; else `FORBIDDEN`. Who is nobody is asked to log
 *   in (`UNAUTHENTICATED`) for every key of a collection that is not public
 */
export function placeOfKey(
  collections: Collections,
  principal: Principal | undefined,
  action: CollectionAction,
  key: string,
): Place {
  const place = placeIn(collections, key);
  if (place !== undefined && isPermitted(principal, action, place)) return place;
  if (place !== undefined && isPermitted(principal, "read", place)) assertPermitted(principal, action, place);
  if (principal === undefined) throw new WaybillError("UNAUTHENTICATED");
  throw new WaybillError("OBJECT_NOT_FOUND", `There is no object ${JSON.stringify(key)}.`);
}

/** The parts of a listing of `prefix` that this principal may see. */
export function visiblePrefixes(collections: Collections, principal: Principal, prefix: string): string[] {
  const asked = placeIn(collections, prefix);
  if (asked !== undefined) return isPermitted(principal, "list", asked) ? [prefix] : [];
  return Object.keys(collections).flatMap((name) => {
    const place = ownPlace(collections, principal, name);
    const own = prefixOf(place);
    return own.startsWith(prefix) && isPermitted(principal, "list", place) ? [own] : [];
  });
}

/** Where open uploads of everyone are; only for the sweeper. @throws {WaybillError} `FORBIDDEN` */
export function everyonesPrefixes(collections: Collections, principal: Principal): string[] {
  if (!maySweep(principal)) {
    throw new WaybillError(
      "FORBIDDEN",
      `Only a principal with the scope ${SWEEP_SCOPE} sees everyone's uploads.`,
    );
  }
  return Object.keys(collections).map(prefixOfCollection);
}

export function maySweep(principal: Principal): boolean {
  return principal.scopes.includes(SWEEP_SCOPE);
}

/** The name of the collection that a key, or such a prefix, lies in; undefined for what is none of ours. */
export function collectionOfKey(collections: Collections, key: string): string | undefined {
  return placeIn(collections, key)?.collection.name;
}

/** The place of a key, or of a prefix that reaches so far: `collection/owner/…`. */
function placeIn(collections: Collections, key: string): Place | undefined {
  const [, name = "", segment = ""] = /^([^/]*)\/([^/]+)\//.exec(key) ?? [];
  const owner = textOfKeySegment(segment);
  if (owner === undefined || owner === "" || !Object.hasOwn(collections, name)) return undefined;
  return { collection: collectionNamed(collections, name), owner };
}
