import { describe, expect, it } from "vitest";
import { parseRange } from "./parse-range.ts";

describe("a Range header for 10 bytes", () => {
  it.each([
    ["bytes=0-0", { start: 0, end: 1 }],
    ["bytes=0-", { start: 0, end: 10 }],
    ["bytes=3-100", { start: 3, end: 10 }],
    ["bytes=-1", { start: 9, end: 10 }],
    ["bytes=-99999999999999999999", { start: 0, end: 10 }],
  ])("%s means %o", (header, range) => {
    expect(parseRange(header, 10)).toEqual(range);
  });

  it.each([
    "bytes=",
    "bytes=-",
    "bytes=5-3",
    "bytes=a-b",
    "items=0-1",
    "0-1",
    "bytes=0-1,3-4",
    "bytes=0-1, 20-30",
  ])("%s means nothing", (header) => {
    expect(parseRange(header, 10)).toBeUndefined();
  });

  it.each(["bytes=10-", "bytes=10-20", "bytes=-0"])("%s cannot be satisfied", (header) => {
    expect(() => parseRange(header, 10)).toThrow(expect.objectContaining({ code: "InvalidRange" }));
  });
});
