import { describe, expect, it } from "vitest";
import { formatSeconds } from "./format-seconds.ts";

describe("formatSeconds", () => {
  it.each([
    [0, "0 s"],
    [0.2, "1 s"],
    [59, "59 s"],
    [59.1, "1:00"],
    [187, "3:07"],
    [3599.5, "1:00:00"],
    [3723, "1:02:03"],
    [360_000, "100:00:00"],
  ])("%d seconds are %s", (seconds, shown) => {
    expect(formatSeconds(seconds)).toBe(shown);
  });
});
