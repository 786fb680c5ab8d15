import type { LifecycleRule } from "@waybill/core";
import { prefixOfCollection, type Collections } from "./define-collections.ts";

/** The fewest that S3 takes. */
const NONCURRENT_DAYS = 1;

/**
 * The bucket's rules by which collections with a `retention` are emptied; none for the others.
 *
 * An upload that is still open after as many days would be removed as soon as it is completed: it is aborted. In a
 * bucket with versions an object that has expired is still there as an old version, which goes a day later, and so does
 * what was replaced or removed before; delete markers go when nothing is left behind them.
 */
export function lifecycleRules(
  collections: Collections,
  { hasVersions }: { hasVersions: boolean },
): LifecycleRule[] {
  return Object.values(collections).flatMap(({ name, retention }): LifecycleRule[] => {
    if (retention === undefined) return [];
    const id = `empty-${name}`;
    const prefix = prefixOfCollection(name);
    const rule = { id, prefix, expirationDays: retention.days, daysAfterInitiation: retention.days };
    if (!hasVersions) return [rule];
    return [
      { ...rule, noncurrentDays: NONCURRENT_DAYS },
      { id: `${id}-of-markers`, prefix, expiredObjectDeleteMarker: true },
    ];
  });
}
