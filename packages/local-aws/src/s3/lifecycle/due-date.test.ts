import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDue, lastDueMarkerTime, lastDueTime } from "./due-date.ts";
import type { LifecycleRule } from "./lifecycle-configuration.ts";

const since = new Date("2014-01-15T10:30:00Z");

describe.each([
  { action: "Expiration", days: "expirationDays", other: "daysAfterInitiation" },
  { action: "NoncurrentVersionExpiration", days: "noncurrentDays", other: "expirationDays" },
  { action: "AbortIncompleteMultipartUpload", days: "daysAfterInitiation", other: "expirationDays" },
] as const)("by $action", ({ action, days: field, other }) => {
  const rule = (id: string, days: number, prefix?: string, isEnabled = true): LifecycleRule => ({
    id,
    isEnabled,
    [field]: days,
    scope: { form: "filter", ...(prefix === undefined ? {} : { prefix }) },
  });

  it.each([
    ["2014-01-15T10:30:00.000Z", 3, "2014-01-19T00:00:00.000Z"], // the example of the S3 User Guide
    ["2014-01-15T23:59:59.999Z", 1, "2014-01-17T00:00:00.000Z"],
    ["2014-01-15T00:00:00.001Z", 1, "2014-01-17T00:00:00.000Z"],
    ["2014-01-15T00:00:00.000Z", 1, "2014-01-16T00:00:00.000Z"],
    ["2014-12-31T12:00:00.000Z", 1, "2015-01-02T00:00:00.000Z"],
  ])("what began at %s is due with %i days at %s", (began, days, dueAt) => {
    const due = findDue([rule("r", days)], action, { key: "k", since: new Date(began) });
    expect(due?.dueAt.toISOString()).toBe(dueAt);
  });

  it("the first counts, of the rules that are enabled, do this and mean the key", () => {
    const rules: LifecycleRule[] = [
      rule("all", 9),
      rule("tmp", 5, "tmp/"),
      rule("deeper", 4, "tmp/a"),
      rule("off", 1, "tmp/", false),
      { id: "something else", isEnabled: true, [other]: 1, scope: { form: "filter" } },
      rule("as soon", 4, ""),
    ];
    const ruleFor = (key: string) => findDue(rules, action, { key, since })?.ruleId;
    expect(ruleFor("tmp/a")).toBe("deeper");
    expect(ruleFor("tmp/b")).toBe("as soon");
    expect(findDue([rule("tmp", 5, "tmp/")], action, { key: "tmp", since })).toBeUndefined();
    expect(lastDueTime(rule("off", 1, "", false), action, since)).toBeUndefined();
    expect(lastDueTime({ ...rule("r", 1), [field]: undefined, [other]: 1 }, action, since)).toBeUndefined();
  });

  it("nothing is due after more days than there are dates", () => {
    const due = findDue([rule("r", 2 ** 31 - 1)], action, { key: "k", since });
    expect(due?.dueAt.getTime()).toBe(8.64e15);
  });

  it("nothing is due before its days are over, more than a day later, or otherwise than by the last time", () => {
    const DAY_MS = 24 * 3600 * 1000;
    const time = fc.integer({ min: 0, max: 4e12 });
    const counts = fc.array(fc.integer({ min: 1, max: 36_500 }), { minLength: 1 });
    fc.assert(
      fc.property(time, time, counts, (began, now, days) => {
        const rules = days.map((count, index) => rule(String(index), count));
        const dueAt = findDue(rules, action, { key: "k", since: new Date(began) })?.dueAt.getTime() ?? 0;
        const wait = dueAt - began - Math.min(...days) * DAY_MS;
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThan(DAY_MS);
        expect(dueAt % DAY_MS).toBe(0);
        const lasts = rules.map((one) => lastDueTime(one, action, new Date(now)) ?? -1);
        expect(dueAt <= now).toBe(began <= Math.max(...lasts));
      }),
    );
  });
});

describe("a rule with a date", () => {
  const rule: LifecycleRule = {
    id: "r",
    isEnabled: true,
    expirationDate: "2014-02-01T00:00:00.000Z",
    scope: { form: "filter" },
  };

  it("is due then, whenever an object was stored, and for nothing else", () => {
    for (const stored of [since, new Date("2015-01-01T10:00:00Z")]) {
      const due = findDue([rule], "Expiration", { key: "k", since: stored });
      expect(due?.dueAt.toISOString()).toBe(rule.expirationDate);
    }
    expect(findDue([rule], "AbortIncompleteMultipartUpload", { key: "k", since })).toBeUndefined();
    expect(lastDueTime(rule, "Expiration", since)).toBeUndefined();
    expect(lastDueTime(rule, "Expiration", new Date("2014-02-01"))).toBeGreaterThan(Date.now());
  });

  it("gives way to one that is due before it", () => {
    const sooner = { ...rule, id: "sooner", expirationDate: undefined, expirationDays: 1 };
    expect(findDue([rule, sooner], "Expiration", { key: "k", since })?.ruleId).toBe("sooner");
  });
});

it("delete markers go at once by a rule for such, else when objects would", () => {
  const rule: LifecycleRule = { id: "r", isEnabled: true, scope: { form: "filter" } };
  const midnight = Date.parse("2014-01-14T00:00:00Z");
  expect(lastDueMarkerTime({ ...rule, expiredObjectDeleteMarker: true }, since)).toBe(since.getTime());
  expect(lastDueMarkerTime({ ...rule, expiredObjectDeleteMarker: false }, since)).toBeUndefined();
  expect(
    lastDueMarkerTime({ ...rule, expiredObjectDeleteMarker: true, isEnabled: false }, since),
  ).toBeUndefined();
  expect(lastDueMarkerTime({ ...rule, expirationDays: 1 }, since)).toBe(midnight);
});
