import type { LifecycleRule } from "./lifecycle-configuration.ts";

const DAY_MS = 24 * 3600 * 1000;
/** A whole number of days; no date of JavaScript is later. */
const LAST_DATE_MS = 8.64e15;

/** When an upload is due to be aborted, and because of which rule. */
export interface Abortion {
  ruleId: string;
  abortAt: Date;
}

/**
 * The rule that aborts an upload first, whether its time has come or not.
 *
 * @param upload.key - rules mean keys by their beginnings
 */
export function findAbortion(
  rules: readonly LifecycleRule[],
  upload: { key: string; initiatedAt: Date },
): Abortion | undefined {
  let first: Abortion | undefined;
  for (const { id, isEnabled, scope, daysAfterInitiation } of rules) {
    if (!isEnabled || !upload.key.startsWith(scope.prefix ?? "")) continue;
    const abortAt = toAbortDate(upload.initiatedAt, daysAfterInitiation);
    if (first === undefined || abortAt < first.abortAt) first = { ruleId: id, abortAt };
  }
  return first;
}

/**
 * So many days after the initiation, and then at the next midnight of UTC.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
function toAbortDate(initiatedAt: Date, days: number): Date {
  const dayCount = Math.ceil(initiatedAt.getTime() / DAY_MS) + days;
  return new Date(Math.min(dayCount * DAY_MS, LAST_DATE_MS));
}

/** No upload that was initiated after this time, in ms, is due by any of these rules. */
export function lastDueInitiation(rules: readonly LifecycleRule[], now: Date): number {
  const fewestDays = Math.min(...rules.map(({ daysAfterInitiation }) => daysAfterInitiation));
  return Math.max(now.getTime() - fewestDays * DAY_MS, 0);
}
