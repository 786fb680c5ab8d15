import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findAbortion, lastDueInitiation } from "./abort-date.ts";
import type { LifecycleRule } from "./lifecycle-configuration.ts";

const rule = (id: string, daysAfterInitiation: number, prefix?: string, isEnabled = true): LifecycleRule => ({
  id,
  isEnabled,
  daysAfterInitiation,
  scope: { form: "filter", ...(prefix === undefined ? {} : { prefix }) },
});
const initiatedAt = new Date("2014-01-15T10:30:00Z");

describe("an upload is due", () => {
  it.each([
    ["2014-01-15T10:30:00.000Z", 3, "2014-01-19T00:00:00.000Z"], // the example of the S3 User Guide
    ["2014-01-15T23:59:59.999Z", 1, "2014-01-17T00:00:00.000Z"],
    ["2014-01-15T00:00:00.001Z", 1, "2014-01-17T00:00:00.000Z"],
    ["2014-01-15T00:00:00.000Z", 1, "2014-01-16T00:00:00.000Z"],
    ["2014-12-31T12:00:00.000Z", 1, "2015-01-02T00:00:00.000Z"],
  ])("when initiated at %s, with %i days, at %s", (initiated, days, abortAt) => {
    const upload = { key: "k", initiatedAt: new Date(initiated) };
    expect(findAbortion([rule("r", days)], upload)?.abortAt.toISOString()).toBe(abortAt);
  });

  it("by the rule that comes first, of those that are enabled and mean its key", () => {
    const rules = [
      rule("all", 9),
      rule("tmp", 5, "tmp/"),
      rule("deeper", 4, "tmp/a"),
      rule("off", 1, "tmp/", false),
      rule("as soon", 4, ""),
    ];
    const ruleFor = (key: string) => findAbortion(rules, { key, initiatedAt })?.ruleId;
    expect(ruleFor("tmp/a")).toBe("deeper");
    expect(ruleFor("tmp/b")).toBe("as soon");
    expect(findAbortion([rule("tmp", 5, "tmp/")], { key: "tmp", initiatedAt })).toBeUndefined();
  });

  it("never, after more days than there are dates", () => {
    const abortion = findAbortion([rule("r", 2 ** 31 - 1)], { key: "k", initiatedAt });
    expect(abortion?.abortAt.getTime()).toBe(8.64e15);
  });
});

it("no upload is due that was initiated after the last one that can be", () => {
  const time = fc.integer({ min: 0, max: 4e12 });
  fc.assert(
    fc.property(
      time,
      time,
      fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1 }),
      (initiated, now, days) => {
        const rules = days.map((count, index) => rule(String(index), count));
        const { abortAt } = findAbortion(rules, { key: "k", initiatedAt: new Date(initiated) }) ?? {};
        const isDue = abortAt !== undefined && abortAt.getTime() <= now;
        expect(isDue && initiated > lastDueInitiation(rules, new Date(now))).toBe(false);
      },
    ),
  );
});
