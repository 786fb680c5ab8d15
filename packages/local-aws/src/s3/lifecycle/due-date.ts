import type { Tag } from "../tagging/tag.ts";
import type { LifecycleFilter, LifecycleRule } from "./lifecycle-configuration.ts";

const DAY_MS = 24 * 3600 * 1000;
/** A whole number of days; no date of JavaScript is later. */
const LAST_DATE_MS = 8.64e15;

/** What rules do, in S3's names. */
export const LIFECYCLE_ACTIONS = [
  "Expiration",
  "NoncurrentVersionExpiration",
  "AbortIncompleteMultipartUpload",
] as const;
export type LifecycleAction = (typeof LIFECYCLE_ACTIONS)[number];

const DAYS_OF = {
  Expiration: "expirationDays",
  NoncurrentVersionExpiration: "noncurrentDays",
  AbortIncompleteMultipartUpload: "daysAfterInitiation",
} as const satisfies Record<LifecycleAction, keyof LifecycleRule>;

/** An object, an upload, which has no size yet, or a delete marker, which never has. */
export interface LifecycleSubject {
  key: string;
  tags?: readonly Tag[];
  sizeBytes?: number;
}

/** When a rule is due for an upload or an object, and which rule it is. */
export interface Due {
  ruleId: string;
  dueAt: Date;
}

export function doesAction(rule: LifecycleRule, action: LifecycleAction): boolean {
  if (rule[DAYS_OF[action]] !== undefined || dateOf(rule, action) !== undefined) return true;
  return action === "Expiration" && rule.expiredObjectDeleteMarker !== undefined;
}

/**
 * The rule that does this first, whether its time has come or not.
 *
 * @param subject.since - when the upload was initiated, the object stored, or that which replaced a noncurrent version
 */
export function findDue(
  rules: readonly LifecycleRule[],
  action: LifecycleAction,
  subject: LifecycleSubject & { since: Date },
): Due | undefined {
  let first: Due | undefined;
  for (const rule of rules) {
    if (!rule.isEnabled || !isMeant(subject, rule.scope)) continue;
    const days = rule[DAYS_OF[action]];
    const dueAt = dateOf(rule, action) ?? (days === undefined ? undefined : toDueDate(subject.since, days));
    if (dueAt === undefined) continue;
    if (first === undefined || dueAt < first.dueAt) first = { ruleId: rule.id, dueAt };
  }
  return first;
}

export function isMeant(
  { key, tags = [], sizeBytes = 0 }: LifecycleSubject,
  filter: LifecycleFilter,
): boolean {
  return (
    key.startsWith(filter.prefix ?? "") &&
    sizeBytes > (filter.objectSizeGreaterThan ?? -1) &&
    sizeBytes < (filter.objectSizeLessThan ?? Number.POSITIVE_INFINITY) &&
    (filter.tags ?? []).every((wanted) =>
      tags.some((tag) => tag.key === wanted.key && tag.value === wanted.value),
    )
  );
}

function dateOf({ expirationDate }: LifecycleRule, action: LifecycleAction): Date | undefined {
  return action === "Expiration" && expirationDate !== undefined ? new Date(expirationDate) : undefined;
}

/**
 * So many days later, and then at the next midnight of UTC.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
function toDueDate(since: Date, days: number): Date {
  const dayCount = Math.ceil(since.getTime() / DAY_MS) + days;
  return new Date(Math.min(dayCount * DAY_MS, LAST_DATE_MS));
}

/**
 * What a rule means is due when it began until this time, in ms, and not when it began later.
 *
 * @returns nothing where the rule does not do this by now
 */
export function lastDueTime(rule: LifecycleRule, action: LifecycleAction, now: Date): number | undefined {
  if (!rule.isEnabled) return undefined;
  const date = dateOf(rule, action);
  if (date !== undefined) return date <= now ? LAST_DATE_MS : undefined;
  const days = rule[DAYS_OF[action]];
  if (days === undefined) return undefined;
  const dayCount = Math.floor(now.getTime() / DAY_MS) - days;
  return dayCount < 0 ? undefined : dayCount * DAY_MS;
}

/**
 * The same for delete markers behind which nothing is left: a rule for objects means them, too, and one for such
 * markers does not wait.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
 */
export function lastDueMarkerTime(rule: LifecycleRule, now: Date): number | undefined {
  const isForMarkers = rule.isEnabled && rule.expiredObjectDeleteMarker === true;
  return isForMarkers ? now.getTime() : lastDueTime(rule, "Expiration", now);
}
