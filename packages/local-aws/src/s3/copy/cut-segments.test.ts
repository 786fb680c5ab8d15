import fc from "fast-check";
import { expect, it } from "vitest";
import type { Segment } from "../object-store/segment-table.ts";
import { cutSegments } from "./cut-segments.ts";

/** Which byte of which blob each byte of the segments is. */
function bytesOf(segments: readonly Segment[]): string[] {
  return segments.flatMap(({ blobId, start, sizeBytes }) =>
    Array.from({ length: sizeBytes }, (_, index) => `${blobId}:${start + index}`),
  );
}

const segment = fc.record({
  blobId: fc.constantFrom("a", "b", "c"),
  start: fc.nat({ max: 9 }),
  sizeBytes: fc.nat({ max: 5 }),
});

it("gives just the bytes of the range, in no empty pieces", () => {
  fc.assert(
    fc.property(
      fc.array(segment, { maxLength: 6 }),
      fc.nat({ max: 30 }),
      fc.nat({ max: 30 }),
      (segments, start, length) => {
        const cut = cutSegments(segments, { start, end: start + length });
        expect(bytesOf(cut)).toEqual(bytesOf(segments).slice(start, start + length));
        expect(cut.every(({ sizeBytes }) => sizeBytes > 0)).toBe(true);
      },
    ),
  );
});
