import { expect, it } from "vitest";
import { KeyId } from "./folder-place.ts";
import { createKeyId } from "./key-id.ts";

const many = (ms: number) => Array.from({ length: 2000 }, () => createKeyId(new Date(ms)));

it("is a UUID of version 7 that begins with its time, and never the same", () => {
  const ids = many(0x01_8b_cf_e5_68_00);
  for (const id of ids) expect(KeyId.parse(id)).toMatch(/^018bcfe5-6800-7/);
  expect(new Set(ids).size).toBe(ids.length);
});

it("leaves everything else to chance", () => {
  const ids = many(0);
  for (const place of [15, 16, 17, 20, 21, 22, ...Array.from({ length: 12 }, (_, index) => 24 + index)])
    expect(new Set(ids.map((id) => id.charAt(place))).size).toBe(16);
  expect(new Set(ids.map((id) => id.charAt(19)))).toEqual(new Set(["8", "9", "a", "b"]));
});
