import fc from "fast-check";
import { expect, it } from "vitest";
import { notePartSize, takePartSize } from "./noted-part-size.ts";
import { UserMetadata } from "./user-metadata.ts";

it("what is noted is found again, and nothing of it is seen", () => {
  const size = fc.integer({ min: 1, max: 2 ** 40 });
  const sizes = fc.tuple(size, size).map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const);
  const metadata = fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.string());
  fc.assert(
    fc.property(metadata, sizes, (given, [sizeBytes, partSizeBytes]) => {
      const partCount = Math.ceil(sizeBytes / partSizeBytes);
      const noted = notePartSize(given, partSizeBytes);
      expect(takePartSize(noted, { sizeBytes, partCount })).toEqual({ metadata: given, partSizeBytes });
      expect(takePartSize(noted, { sizeBytes, partCount: partCount + 1 })).toEqual({
        metadata: given,
        partSizeBytes: undefined,
      });
      expect(takePartSize(given, { sizeBytes, partCount }).partSizeBytes).toBeUndefined();
    }),
  );
});

it.each(["", "0", "-1", "3.5", "11", "x", "Infinity"])("the note %j says nothing", (note) => {
  const metadata = { "waybill-part-bytes": note };
  for (const partCount of [1, 2, 3])
    expect(takePartSize(metadata, { sizeBytes: 10, partCount }).partSizeBytes).toBeUndefined();
});

it("nothing is noted where there is no room", () => {
  const full = { a: "x".repeat(2047) };
  expect(UserMetadata.safeParse(full).success).toBe(true);
  expect(notePartSize(full, 5)).toEqual(full);
});
