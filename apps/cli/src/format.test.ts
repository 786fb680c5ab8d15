import { describe, expect, it } from "vitest";
import { formatBytes, formatDays, formatSeconds, printable } from "./format.ts";

describe("formatBytes", () => {
  it("counts in binary units", () => {
    expect(formatBytes(5 * 1024 ** 2)).toBe("5 MiB");
    expect(formatBytes(1)).toBe("1 B");
  });
});

describe("formatSeconds", () => {
  it.each([
    [0.2, "1 s"],
    [59, "59 s"],
    [187, "3:07"],
    [3723, "1:02:03"],
  ])("writes %d as %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe("formatDays", () => {
  it("knows one from many", () => {
    expect([1, 7, 3650].map(formatDays)).toEqual(["1 day", "7 days", "3,650 days"]);
  });
});

describe("printable", () => {
  it("takes a terminal's commands out of somebody else's text", () => {
    expect(printable("a\u001b[2Jb\u202ec.txt 한")).toBe("a\ufffd[2Jb\ufffdc.txt 한");
  });
});
