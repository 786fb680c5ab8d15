import { describe, expect, it } from "vitest";
import { formatFraction, fractionOf } from "./format-fraction.ts";

describe("formatFraction", () => {
  it("says 100 only when everything is there", () => {
    expect(formatFraction(fractionOf({ transferredBytes: 999, totalBytes: 1000 }))).toBe("99 %");
    expect(formatFraction(fractionOf({ transferredBytes: 1000, totalBytes: 1000 }))).toBe("100 %");
  });

  it("counts an empty file as done", () => {
    expect(fractionOf({ transferredBytes: 0, totalBytes: 0 })).toBe(1);
  });
});
