/** `start` inclusive, `end` exclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Which bytes of which version of an object; at least one. */
export interface RangeOfObject {
  range: ByteRange;
  sizeBytes: number;
  eTag: string;
}

export function cutIntoRanges(sizeBytes: number, rangeSizeBytes: number): ByteRange[] {
  return Array.from({ length: Math.ceil(sizeBytes / rangeSizeBytes) }, (_, index) => ({
    start: index * rangeSizeBytes,
    end: Math.min(sizeBytes, (index + 1) * rangeSizeBytes),
  }));
}
