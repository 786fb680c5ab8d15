/** The share that is done, 0 to 1; all of nothing is everything. */
export function fractionOf({
  transferredBytes,
  totalBytes,
}: {
  transferredBytes: number;
  totalBytes: number;
}): number {
  return totalBytes === 0 ? 1 : transferredBytes / totalBytes;
}

/** `42 %`; rounded down, so that 100 means all of it. */
export function formatFraction(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}
