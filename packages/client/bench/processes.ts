import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** What one run of one contestant took, as its process saw it. */
export interface Sample {
  seconds: number;
  cpuSeconds: number;
  /** Peak resident set. */
  rssMiB: number;
}

/** A process that prints one line when it is ready, or when it is done. */
export function startProcess(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): ChildProcess {
  return spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("The process has no output.");
  const lines = createInterface(child.stdout);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The process ended with ${String(code)} before it said anything.`);
  });
  const [line]: unknown[] = await Promise.race([once(lines, "line"), ended]);
  return String(line);
}

/** Run something in this process, print what it took, and end. */
export async function reportSample(run: () => Promise<void>): Promise<never> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await run();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const sample: Sample = {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    rssMiB: peakRssMiB(),
  };
  console.log(JSON.stringify(sample));
  process.exit(0);
}

/** Of this program alone: what getrusage says begins with the memory of whoever started it. */
function peakRssMiB(): number {
  const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kibibytes) / 1024;
}

export function medianOf(samples: readonly Sample[], read: (sample: Sample) => number): number {
  const sorted = samples.map(read).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
