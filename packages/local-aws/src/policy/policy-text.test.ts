import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesText, parsePolicyText } from "./policy-text.ts";

function matches(
  pattern: string,
  text: string,
  options: { context?: Record<string, string[]>; variables?: boolean } = {},
): boolean {
  const parsed = parsePolicyText(pattern, { wildcards: true, variables: options.variables ?? true });
  if ("problem" in parsed) throw new Error(parsed.problem);
  return matchesText(parsed, text, new Map(Object.entries(options.context ?? {})));
}

describe("a wildcard", () => {
  it("matches as a regular expression would", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "/", "\n"), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?"), maxLength: 10 });
    fc.assert(
      fc.property(pattern, letters, (glob, text) => {
        const expression = glob.replaceAll("*", ".*").replaceAll("?", ".");
        expect(matches(glob, text)).toBe(new RegExp(`^${expression}$`, "s").test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes one character also where that is two units of UTF-16", () => {
    expect(matches("a?b", "a😀b")).toBe(true);
    expect(matches("a??b", "a😀b")).toBe(false);
    expect(matches("*??", "😀")).toBe(false);
  });

  it("takes no exponential time", () => {
    const started = performance.now();
    expect(matches(`${"*a".repeat(500)}*b`, "a".repeat(2000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("a variable", () => {
  const context = { "aws:userid": ["AROA:ann"], "aws:principaltag/team": ["a*"], "s3:prefix": [""] };

  it.each([
    ["${aws:userid}/x", "AROA:ann/x", true],
    ["${AWS:UserId}", "AROA:ann", true],
    ["${aws:PrincipalTag/Team}", "a*", true],
    ["${aws:PrincipalTag/team}", "ab", false], // its value is no pattern
    ["${aws:username}", "${aws:username}", false],
    ["*${aws:username}*", "anything", false],
    ["${aws:username, 'nobody'}", "nobody", true],
    ["${aws:userid, 'nobody'}", "nobody", false],
    ["${aws:username, ''}x", "x", true],
    ["${s3:prefix}x", "x", false], // an empty value is none
    ["${s3:prefix, 'none'}x", "nonex", true],
    ["${*}${?}${$}{x}", "*?${x}", true],
    ["${*}", "anything", false],
  ])("in %j against %j: %s", (pattern, text, expected) => {
    expect(matches(pattern, text, { context })).toBe(expected);
  });

  it("with several values has none", () => {
    expect(matches("${aws:userid}", "a", { context: { "aws:userid": ["a", "b"] } })).toBe(false);
  });

  it("is literal text in policies of 2008", () => {
    expect(matches("${aws:username}", "${aws:username}", { variables: false })).toBe(true);
  });

  it.each([
    "${aws:nothing}",
    "${}",
    "${aws:username",
    "${aws:username,'x'}",
    "${aws:username, x}",
    "${aws:PrincipalTag}",
    "${aws:PrincipalTag/}",
    "${aws:TagKeys}", // it may have many values
    "${aws:${aws:userid}}",
  ])("%s is not known", (pattern) => {
    expect(parsePolicyText(pattern, { wildcards: true, variables: true })).toEqual({
      problem: expect.any(String),
    });
  });
});
