import type { LifecycleRule } from "@waybill/core";
import { prefixOfCollection, type Collections } from "./define-collections.ts";

/**
 * The rules by which objects of a collection go earlier than it says, or at all where it says nothing.
 *
 * @param found - those of the bucket that are enabled
 */
export function hastyRules(collections: Collections, found: readonly LifecycleRule[]): LifecycleRule[] {
  const all = Object.values(collections);
  return found.filter(({ prefix, expirationDays }) =>
    all.some(({ name, retention = { days: Number.POSITIVE_INFINITY } }) => {
      const own = prefixOfCollection(name);
      const meansSome = own.startsWith(prefix) || prefix.startsWith(own);
      return meansSome && expirationDays !== undefined && expirationDays < retention.days;
    }),
  );
}
