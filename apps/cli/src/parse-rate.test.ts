import { describe, expect, it } from "vitest";
import { parseConcurrency, parseRate } from "./parse-rate.ts";

describe("parseRate", () => {
  it.each([
    ["1", 1],
    ["500k", 500 * 1024],
    ["2M", 2 * 1024 ** 2],
    ["1.5m", 1.5 * 1024 ** 2],
    ["1G", 1024 ** 3],
  ])("reads %s", (text, rate) => {
    expect(parseRate(text)).toBe(rate);
  });

  it.each(["", "0", "-1", "fast", "2MB", "1e6"])("refuses %j", (text) => {
    expect(() => parseRate(text)).toThrow("bytes per second");
  });
});

it("takes whole numbers of requests only", () => {
  expect(parseConcurrency("8")).toBe(8);
  for (const text of ["0", "1.5", "many", "1000"])
    expect(() => parseConcurrency(text)).toThrow("from 1 to 256");
});
