import { keySegment, WaybillError } from "@waybill/core";
import { collectionNamed, collectionNames, type Collection } from "./collections.ts";
import { SWEEP_SCOPE, type Principal } from "./principal.ts";

/** Where a principal's objects of one collection live. It ends in `/`, so none is a prefix of another's. */
export function ownPrefix(principal: Principal, collectionName: string): string {
  return `${collectionName}/${keySegment(principal.id)}/`;
}

/**
 * The collection of a key that this principal may read, replace or remove.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND`, the same for a key that is somebody else's and for one
 *   that cannot exist, so that nothing is learnt by asking
 */
export function collectionOfOwnKey(principal: Principal, key: string): Collection {
  const name = collectionNames.find((candidate) => key.startsWith(ownPrefix(principal, candidate)));
  if (name === undefined)
    throw new WaybillError("OBJECT_NOT_FOUND", `There is no object ${JSON.stringify(key)}.`);
  return collectionNamed(name);
}

/** The parts of a listing of `prefix` that this principal may see. */
export function visiblePrefixes(principal: Principal, prefix: string): string[] {
  return collectionNames.flatMap((name) => {
    const own = ownPrefix(principal, name);
    if (prefix.startsWith(own)) return [prefix];
    return own.startsWith(prefix) ? [own] : [];
  });
}

/** Where open uploads of everyone are; only for the sweeper. */
export function everyonesPrefixes(principal: Principal): string[] {
  if (!maySweep(principal)) {
    throw new WaybillError(
      "FORBIDDEN",
      `Only a principal with the scope ${SWEEP_SCOPE} sees everyone's uploads.`,
    );
  }
  return collectionNames.map((name) => `${name}/`);
}

export function maySweep(principal: Principal): boolean {
  return principal.scopes.includes(SWEEP_SCOPE);
}
