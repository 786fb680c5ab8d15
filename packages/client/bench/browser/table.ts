import { TITLES, type ClientName } from "./clients.ts";
import type { PageSample } from "./run-once.ts";

/** All samples of one client with one scenario, by the milliseconds of the round trip. */
export type Measured = ReadonlyMap<ClientName, ReadonlyMap<number, readonly PageSample[]>>;

/** One scenario: medians, and in brackets how many times as long as the first client it took. */
export function toTable(measured: Measured, latencies: readonly number[]): string {
  const [[, base] = [undefined, undefined]] = measured;
  const lines = Array.from(measured, ([client, byLatency]) => {
    const seconds = latencies.map((ms) => {
      const own = median(byLatency.get(ms), "seconds");
      return `${own.toFixed(2)} s (${(own / median(base?.get(ms), "seconds")).toFixed(2)})`;
    });
    const near = byLatency.get(latencies[0] ?? 0);
    const usage = [median(near, "cpuSeconds").toFixed(2), median(near, "peakMiB").toFixed(0)];
    return row([TITLES[client], ...seconds, ...usage]);
  });
  const titles = [...latencies.map((ms) => `${ms} ms`), "CPU s", "peak MiB"];
  return [row(["", ...titles]), row(["---", ...titles.map(() => "---:")]), ...lines].join("\n");
}

function row(columns: readonly string[]): string {
  return `| ${columns.join(" | ")} |`;
}

function median(samples: readonly PageSample[] | undefined, of: keyof PageSample): number {
  const sorted = (samples ?? []).map((sample) => sample[of]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
