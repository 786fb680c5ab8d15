import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** So many files of one size, uploaded at once. */
export interface Scenario {
  count: number;
  sizeBytes: number;
}

const KiB = 1024;
const MiB = 1024 ** 2;

export const SCENARIOS: readonly Scenario[] = [
  { count: 1, sizeBytes: 256 * MiB },
  { count: 20, sizeBytes: 8 * MiB },
  { count: 200, sizeBytes: 256 * KiB },
];

/** To see whether it works. */
export const QUICK_SCENARIOS: readonly Scenario[] = [
  { count: 1, sizeBytes: 48 * MiB },
  { count: 4, sizeBytes: 8 * MiB },
  { count: 20, sizeBytes: 256 * KiB },
];

export function titleOf({ count, sizeBytes }: Scenario): string {
  const size = sizeBytes < MiB ? `${sizeBytes / KiB} KiB` : `${sizeBytes / MiB} MiB`;
  return count === 1 ? `One file of ${size}` : `${count} files of ${size}`;
}

/** Write the files of a scenario; no two are the same. Returns their paths. */
export async function writeSources(folder: string, scenario: Scenario): Promise<string[]> {
  const { count, sizeBytes } = scenario;
  const own = join(folder, titleOf(scenario).replaceAll(" ", "-"));
  await mkdir(own);
  const paths = Array.from({ length: count }, (_, index) => join(own, `file-${index + 1}.bin`));
  for (const path of paths) await writeFile(path, randomBytes(sizeBytes));
  return paths;
}
