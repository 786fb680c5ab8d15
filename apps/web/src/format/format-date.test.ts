import { expect, it } from "vitest";
import { formatDate } from "./format-date.ts";

it("shows day and minute in the reader's language and time zone", () => {
  const date = new Date("2026-03-12T23:05:59Z");
  expect(formatDate(date, { locale: "en-GB", timeZone: "UTC" })).toBe("12 Mar 2026, 23:05");
  expect(formatDate(date, { locale: "de-DE", timeZone: "Asia/Seoul" })).toBe("13.03.2026, 08:05");
});
