import { createHash } from "node:crypto";

/** Two numbers in [0, 1). */
export interface Draw {
  chance: number;
  position: number;
}

/**
 * Chance that can be repeated: what the nth draw of a name gives depends on the seed alone, so parts that
 * are sent in parallel draw the same in every run, in whatever order they come.
 */
export function createDraws(seed: number): (name: string) => Draw {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const digest = createHash("sha256").update(`${seed} ${name} ${count}`).digest();
    return {
      chance: digest.readUIntBE(0, 6) / 2 ** 48,
      position: digest.readUIntBE(6, 6) / 2 ** 48,
    };
  };
}
