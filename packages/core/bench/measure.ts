export interface Contestant {
  name: string;
  /** Does the work `times` times. */
  run: (times: number) => void | Promise<void>;
  /** How often per round: enough to be measured, few enough to wait for. */
  times: number;
}

export interface Result {
  name: string;
  /** Median over the rounds, for one. */
  microseconds: number;
}

const ROUNDS = 7;
export const MEDIANS = `Medians of ${ROUNDS} rounds in one process, after one to warm up.`;

/**
 * Time contestants side by side: a warm-up, then rounds in which each has its turn, so that a
 * machine that slows down slows all of them.
 */
export async function measure(contestants: readonly Contestant[]): Promise<Result[]> {
  const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { name, run, times } of contestants) {
      const startedAt = performance.now();
      await run(times);
      if (round > 0) samples.get(name)?.push(((performance.now() - startedAt) * 1000) / times);
    }
  }
  return contestants.map(({ name }) => ({ name, microseconds: median(samples.get(name) ?? []) }));
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
