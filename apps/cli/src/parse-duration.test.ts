import { describe, expect, it } from "vitest";
import { parseDuration } from "./parse-duration.ts";

describe("parseDuration", () => {
  it.each([
    ["1", 1],
    ["90s", 90],
    ["15m", 900],
    ["12h", 43_200],
    ["7d", 604_800],
  ])("reads %s as %d seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(["", "0", "8d", "15 m", "-1m", "1.5h", "m", "1w", "1e3"])("refuses %j", (text) => {
    expect(() => parseDuration(text)).toThrow("is not a duration");
  });

  it("takes more where more is meant", () => {
    expect(parseDuration("30d", 3650 * 86_400)).toBe(2_592_000);
    expect(() => parseDuration("3651d", 3650 * 86_400)).toThrow("from 1s to 3650d");
  });
});
