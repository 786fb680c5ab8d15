import fc from "fast-check";
import { expect, it } from "vitest";
import { createVersionId, isVersionId, sequenceOf } from "./version-id.ts";

it("an id has 32 characters, is fit for a URL and knows its place", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 48 - 1 }), (sequence) => {
      const id = createVersionId(sequence);
      expect(id).toMatch(/^[\w-]{32}$/);
      expect(isVersionId(id)).toBe(true);
      expect(sequenceOf(id)).toBe(sequence);
    }),
  );
});

it("ids of one place differ, and those of neighbours do not look alike", () => {
  const ids = Array.from({ length: 200 }, (_, index) => createVersionId(index >> 1));
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.map((id) => id.slice(0, 4))).size).toBeGreaterThan(150);
});

it.each(["", "1", "NULL", "a".repeat(31), "a".repeat(33), `${"a".repeat(31)}.`, `${"a".repeat(31)}\n`])(
  "%j is no id",
  (text) => {
    expect(isVersionId(text)).toBe(false);
  },
);
