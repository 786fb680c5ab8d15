import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createActiveFault } from "./active-fault.ts";
import { Fault } from "./fault.ts";
import type { FaultTarget } from "./match-fault.ts";

const target = (values: Partial<FaultTarget> = {}): FaultTarget => ({
  operation: "PutObject",
  bucket: "b",
  key: "k",
  partNumber: undefined,
  ...values,
});
const open = (fault: Omit<Fault, "action">, onRemove = () => {}) =>
  createActiveFault("1", Fault.parse({ ...fault, action: { kind: "loseAnswer" } }), onRemove);

describe("a match", () => {
  it.each<[NonNullable<Fault["match"]>, Partial<FaultTarget>, boolean]>([
    [{}, {}, true],
    [{ operation: "PutObject" }, {}, true],
    [{ operation: "GetObject" }, {}, false],
    [{ operation: ["GetObject", "PutObject"] }, {}, true],
    [{ bucket: "b" }, {}, true],
    [{ bucket: "other" }, {}, false],
    [{ key: "k" }, {}, true],
    [{ key: "k" }, { key: "k2" }, false],
    [{ key: { prefix: "k" } }, { key: "k2" }, true],
    [{ key: { prefix: "k2" } }, {}, false],
    [{ key: { pattern: String.raw`\.(jpg|png)$` } }, { key: "a.png" }, true],
    [{ key: { pattern: String.raw`\.(jpg|png)$` } }, { key: "a.png.txt" }, false],
    [{ partNumber: 3 }, { partNumber: 3 }, true],
    [{ partNumber: 3 }, { partNumber: 4 }, false],
    [{ partNumber: 3 }, {}, false],
    [{ operation: "PutObject", key: "other" }, {}, false],
  ])("%o of a request %o is %s", (match, values, isMatch) => {
    expect(open({ match }).take(target(values)) !== undefined).toBe(isMatch);
  });
});

it("strikes after the requests that pass first, and as often as asked for", () => {
  fc.assert(
    fc.property(fc.nat(5), fc.integer({ min: 1, max: 5 }), (afterRequests, count) => {
      const fault = open({ afterRequests, count });
      const struck = Array.from({ length: 12 }, () => {
        const strike = fault.take(target());
        strike?.hit();
        strike?.end();
        return strike !== undefined;
      });
      const expected = struck.map((_, index) => index >= afterRequests && index < afterRequests + count);
      expect(struck).toEqual(expected);
      expect(fault.hits).toBe(count);
    }),
  );
});

it("a request on which nothing took effect leaves its turn to another one", () => {
  const fault = open({ count: 1 });
  const first = fault.take(target());
  expect(fault.take(target())).toBeUndefined(); // as long as the first one may still be hit
  first?.end();
  first?.hit(); // too late
  expect(fault.hits).toBe(0);
  const second = fault.take(target());
  second?.hit();
  second?.hit();
  second?.end();
  expect(fault.hits).toBe(1);
  expect(fault.take(target())).toBeUndefined();
});

it("the same seed strikes the same requests", () => {
  const run = (seed: number): boolean[] => {
    const fault = open({ probability: 0.5, seed });
    return Array.from({ length: 60 }, () => fault.take(target()) !== undefined);
  };
  expect(run(7)).toEqual(run(7));
  expect(run(7)).not.toEqual(run(8));
  expect(new Set(run(7))).toEqual(new Set([true, false]));
});

describe("who waits for a hit", () => {
  it("is told of it, or told at once when it was before", async () => {
    const fault = open({});
    const twice = fault.waitForHit({ hits: 2 });
    fault.take(target())?.hit();
    await fault.waitForHit();
    fault.take(target())?.hit();
    await twice;
    expect(fault.hits).toBe(2);
  });

  it("does not wait for ever", async () => {
    let removed = 0;
    const fault = open({}, () => (removed += 1));
    const waiting = fault.waitForHit().catch(String);
    fault.remove();
    fault.remove();
    expect(await waiting).toBe("Error: fault 1 was removed before it hit");
    expect(removed).toBe(1);
    await expect(fault.waitForHit()).rejects.toThrow("fault 1 was removed before it hit");
    const given = new AbortController();
    const aborted = open({}).waitForHit({ signal: given.signal }).catch(String);
    given.abort(new Error("enough"));
    expect(await aborted).toBe("Error: enough");
  });
});

it.each<[string, unknown]>([
  ["of an unknown operation", { match: { operation: "PutObjekt" }, action: { kind: "loseAnswer" } }],
  ["of no operation", { match: { operation: [] }, action: { kind: "loseAnswer" } }],
  ["with a misspelt match", { match: { keys: "a" }, action: { kind: "loseAnswer" } }],
  [
    "with a pattern that cannot be read",
    { match: { key: { pattern: "(" } }, action: { kind: "loseAnswer" } },
  ],
  ["of an unknown kind", { action: { kind: "explode" } }],
  ["with an unknown code", { action: { kind: "error", code: "Slow" } }],
  ["that never strikes", { probability: 0, action: { kind: "loseAnswer" } }],
  ["at two places", { action: { kind: "reset", afterRequestBytes: 1, afterResponseBytes: 1 } }],
  ["in a body that is not read", { action: { kind: "stall", afterRequestBytes: 1, work: "done" } }],
  [
    "in the body of an operation whose errors have a status",
    { match: { operation: "PutObject" }, action: { kind: "errorInBody" } },
  ],
  ["in the body of any answer", { action: { kind: "errorInBody" } }],
])("a fault %s is refused", (_name, fault) => {
  expect(Fault.safeParse(fault).success).toBe(false);
});
