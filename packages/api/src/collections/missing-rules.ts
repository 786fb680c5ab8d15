import type { LifecycleRule } from "@waybill/core";

/**
 * What a bucket lacks of the wanted rules, as rules with one action each. It does not matter which of its rules does
 * what: one for every key means those below a prefix, too.
 *
 * @param found - those of the bucket that are enabled
 */
export function missingRules(
  wanted: readonly LifecycleRule[],
  found: readonly LifecycleRule[],
): LifecycleRule[] {
  return wanted.flatMap(actionsOf).filter((action) => !found.some((rule) => does(rule, action)));
}

function actionsOf({ id, prefix, ...rule }: LifecycleRule): LifecycleRule[] {
  const { expirationDays, noncurrentDays, daysAfterInitiation, expiredObjectDeleteMarker } = rule;
  return [{ expirationDays }, { noncurrentDays }, { daysAfterInitiation }, { expiredObjectDeleteMarker }]
    .filter((action) => Object.values(action).some((value) => value !== undefined))
    .map((action) => ({ id, prefix, ...action }));
}

/** Objects are to go on their day; all else may go earlier. */
function does(rule: LifecycleRule, action: LifecycleRule): boolean {
  return (
    action.prefix.startsWith(rule.prefix) &&
    (action.expirationDays === undefined || rule.expirationDays === action.expirationDays) &&
    isBy(rule.noncurrentDays, action.noncurrentDays) &&
    isBy(rule.daysAfterInitiation, action.daysAfterInitiation) &&
    (!action.expiredObjectDeleteMarker || rule.expiredObjectDeleteMarker === true)
  );
}

function isBy(days: number | undefined, latest: number | undefined): boolean {
  return latest === undefined || (days !== undefined && days <= latest);
}
