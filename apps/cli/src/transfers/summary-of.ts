import { formatBytes, formatCount } from "../format.ts";

/** `2,000 files, 1.5 GiB in 42.1 s`. */
export function summaryOf(results: readonly { sizeBytes: number }[], elapsedMs: number): string {
  if (results.length === 0) return "No file was moved.";
  const bytes = results.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const files = results.length === 1 ? "1 file" : `${formatCount(results.length)} files`;
  return `${files}, ${formatBytes(bytes)} in ${(elapsedMs / 1000).toFixed(1)} s`;
}
