const UNITS = ["KiB", "MiB", "GiB", "TiB"] as const;

/** `1.5 MiB`: binary units, as S3 counts. One decimal below 100, so that a running number keeps its width. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  let value = bytes / 1024;
  let unit = 0;
  // 1023.5 is where "1,024" would be shown, which is one of the next unit.
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = value < 99.95 ? 1 : 0;
  const shown = value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${shown} ${UNITS[unit]}`;
}
