import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { S3Error } from "../s3-error.ts";
import { checkTogether } from "./check-notifications.ts";
import { EVENT_NAMES, eventsOf } from "./event-names.ts";
import { covers, type QueueNotification } from "./notification-configuration.ts";

const affix = fc.option(fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 3 }), {
  nil: undefined,
});
const events = fc.subarray(["ObjectCreated:*", "ObjectRemoved:*", ...EVENT_NAMES], { minLength: 1 });
const notification = fc
  .record({ events, prefix: affix, suffix: affix })
  .map(({ events: names, prefix, suffix }) => ({
    queueArn: "q",
    events: names.map((name) => `s3:${name}`),
    ...(prefix === undefined ? {} : { prefix }),
    ...(suffix === undefined ? {} : { suffix }),
  }));
const notifications = fc
  .array(notification, { maxLength: 4 })
  .map((listed) => listed.map((one, index): QueueNotification => ({ ...one, id: String(index) })));

function isAccepted(listed: readonly QueueNotification[]): boolean {
  try {
    checkTogether(listed);
    return true;
  } catch (error) {
    if (error instanceof S3Error) return false;
    throw error;
  }
}

describe("notifications are taken together", () => {
  it("if no event of any key could go to two of them", () => {
    const key = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    fc.assert(
      fc.property(notifications, key, fc.constantFrom(...EVENT_NAMES), (listed, anyKey, name) => {
        const covering = listed.filter((one) => covers(one, { name, key: anyKey }));
        expect(isAccepted(listed) && covering.length > 1).toBe(false);
      }),
    );
  });

  it("only then: for two that are refused there is such an event", () => {
    fc.assert(
      fc.property(notification, notification, (a, b) => {
        const [first, second] = [
          { ...a, id: "a" },
          { ...b, id: "b" },
        ];
        const isEachAccepted = isAccepted([first]) && isAccepted([second]);
        fc.pre(isEachAccepted && !isAccepted([first, second]));
        const longer = (x = "", y = ""): string => (x.length > y.length ? x : y);
        const key = `${longer(a.prefix, b.prefix)}${longer(a.suffix, b.suffix)}`;
        const common = EVENT_NAMES.filter(
          (name) => covers(first, { name, key }) && covers(second, { name, key }),
        );
        expect(common).not.toEqual([]);
      }),
    );
  });

  it("if each has its own id", () => {
    const [a, b] = ["ObjectCreated:Put", "ObjectCreated:Copy"].map((name) => ({
      id: "same",
      queueArn: "q",
      events: [`s3:${name}`],
    }));
    expect(() => checkTogether([a, b].filter((one) => one !== undefined))).toThrow(/IDs must be unique/);
  });

  it("if none names an event twice", () => {
    const twice = { id: "a", queueArn: "q", events: ["s3:ObjectCreated:*", "s3:ObjectCreated:Put"] };
    expect(() => checkTogether([twice])).toThrow(/cannot share a common event type/);
  });
});

it.each<[string, ReturnType<typeof eventsOf>]>([
  ["s3:ObjectCreated:Put", ["ObjectCreated:Put"]],
  ["s3:ObjectTagging:*", ["ObjectTagging:Put", "ObjectTagging:Delete"]],
  ["s3:ObjectRestore:*", "not-implemented"],
  ["s3:LifecycleTransition", "not-implemented"],
  ["s3:*", undefined],
  ["s3:Object*", undefined],
  ["s3:ObjectCreated", undefined],
  ["ObjectCreated:Put", undefined],
  ["s3:objectcreated:put", undefined],
])("%s means %j", (name, expected) => {
  expect(eventsOf(name)).toEqual(expected);
});
