import type { Segment } from "../object-store/segment-table.ts";
import type { ByteRange } from "../parse-range.ts";

/** Those segments, or pieces of them, that hold a range of the bytes of all. */
export function cutSegments(segments: readonly Segment[], range: ByteRange): Segment[] {
  let offset = 0; // of the current segment
  return segments.flatMap(({ blobId, start, sizeBytes }) => {
    const from = Math.max(range.start - offset, 0);
    const to = Math.min(range.end - offset, sizeBytes);
    offset += sizeBytes;
    return from < to ? [{ blobId, start: start + from, sizeBytes: to - from }] : [];
  });
}
