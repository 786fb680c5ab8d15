import type { Share } from "@waybill/core";
import { expect, it } from "vitest";
import { someShare } from "../testing/some-share.ts";
import { describeShare } from "./describe-share.ts";

const share = someShare({
  expiresAt: "2026-04-12T10:00:00.000Z",
  hasPassword: true,
  downloads: { count: 1, most: 3 },
});
const describe = (changes: Partial<Share>) =>
  describeShare({ ...share, ...changes }, (date) => date.toISOString().slice(0, 10));

it("says until when a link works, how often it was used, and that it has a password", () => {
  expect(describe({})).toBe("until 2026-04-12 · 1 of 3 downloads · password");
  expect(describe({ expiresAt: null, downloads: null, hasPassword: false })).toBe("until you end it");
});

it("says why a link has ended, and not until when it would have worked", () => {
  const ended = { downloads: null, hasPassword: false };
  expect(describe({ state: "expired", ...ended })).toBe("expired");
  expect(describe({ state: "gone", ...ended })).toBe("the file is gone");
  expect(describe({ state: "used-up", downloads: { count: 3, most: 3 } })).toBe(
    "used up · 3 of 3 downloads · password",
  );
});
