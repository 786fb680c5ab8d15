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
  /** When the upload was initiated, the object stored, or that which replaced a noncurrent version. */
  since: Date;
  /** How many versions are between this noncurrent one and the current one. */
  newerVersions?: number;
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

/** The rule that does this first, whether its time has come or not. */
export function findDue(
  rules: readonly LifecycleRule[],
  action: LifecycleAction,
  subject: LifecycleSubject,
): Due | undefined {
  let first: Due | undefined;
  for (const rule of rules) {
    if (!rule.isEnabled || !isMeant(subject, rule.scope) || isKept(subject, rule, action)) continue;
    const days = rule[DAYS_OF[action]];
    const dueAt = dateOf(rule, action) ?? (days === undefined ? undefined : toDueDate(subject.since, days));
    if (dueAt === undefined) continue;
    if (first === undefined || dueAt < first.dueAt) first = { ruleId: rule.id, dueAt };
  }
  return first;
}

function isMeant({ key, tags = [], sizeBytes = 0 }: LifecycleSubject, filter: LifecycleFilter): boolean {
  return (
    key.startsWith(filter.prefix ?? "") &&
    sizeBytes > (filter.objectSizeGreaterThan ?? -1) &&
    sizeBytes < (filter.objectSizeLessThan ?? Number.POSITIVE_INFINITY) &&
    (filter.tags ?? []).every((wanted) =>
      tags.some((tag) => tag.key === wanted.key && tag.value === wanted.value),
    )
  );
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html */
function isKept(
  { newerVersions = 0 }: LifecycleSubject,
  { newerNoncurrentVersions = 0 }: LifecycleRule,
  action: LifecycleAction,
): boolean {
  return action === "NoncurrentVersionExpiration" && newerVersions < newerNoncurrentVersions;
}

/**
 * The same for a delete marker behind which nothing is left: a rule for objects means it, too, and one for such
 * markers does not wait.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
 */
export function findMarkerDue(rules: readonly LifecycleRule[], marker: LifecycleSubject): Due | undefined {
  const rule = rules.find(
    ({ isEnabled, scope, expiredObjectDeleteMarker }) =>
      isEnabled && expiredObjectDeleteMarker === true && isMeant(marker, scope),
  );
  if (rule !== undefined) return { ruleId: rule.id, dueAt: marker.since };
  return findDue(rules, "Expiration", marker);
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
 * Nothing that began after this time, in ms, is due by any of these rules.
 *
 * @returns nothing where no rule does this by now
 */
export function lastDueTime(
  rules: readonly LifecycleRule[],
  action: LifecycleAction,
  now: Date,
): number | undefined {
  const times = rules.flatMap((rule) => {
    if (!rule.isEnabled) return [];
    const date = dateOf(rule, action);
    if (date !== undefined) return date <= now ? [LAST_DATE_MS] : [];
    const days = rule[DAYS_OF[action]];
    return days === undefined ? [] : [Math.max(now.getTime() - days * DAY_MS, 0)];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}
