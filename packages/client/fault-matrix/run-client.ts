import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BrowserContext } from "playwright";
import { CLIENTS } from "./clients.ts";
import { ClientReport, type Job } from "./job.ts";
import { shiftClock } from "./shift-clock.ts";

/** A client at work. */
export interface ClientRun {
  report: Promise<ClientReport>;
  kill(): Promise<void>;
}

/** Start the client of a job, ready to work; what it takes to get there is not its time. */
export function startClient(
  job: Job,
  options: { profile: BrowserContext; clockShiftMs: number },
): Promise<ClientRun> {
  return CLIENTS[job.client].runsIn === "node"
    ? startProcess(job, options.clockShiftMs)
    : startPage(job, options);
}

const MAIN = fileURLToPath(new URL("node-clients/main.ts", import.meta.url));
const PRELOAD = new URL("node-clients/shift-clock-preload.ts", import.meta.url).href;

async function startProcess(job: Job, clockShiftMs: number): Promise<ClientRun> {
  const child = fork(MAIN, [], {
    execArgv: clockShiftMs === 0 ? [] : ["--import", PRELOAD],
    env: { ...process.env, CLOCK_SHIFT_MS: String(clockShiftMs) },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit").then(([code, signal]): ClientReport => ({
    ok: false,
    error: `ended by itself (${String(signal ?? code)})`,
  }));
  await once(child, "message"); // it is ready
  const reported = once(child, "message").then(([message]) => ClientReport.parse(message));
  child.send(job);
  return {
    report: Promise.race([reported, ended]),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function startPage(
  job: Job,
  { profile, clockShiftMs }: { profile: BrowserContext; clockShiftMs: number },
): Promise<ClientRun> {
  const page = await profile.newPage();
  if (clockShiftMs !== 0) await page.addInitScript(shiftClock, clockShiftMs);
  await page.goto(job.origin);
  await page.waitForFunction(() => window.runJob !== undefined);
  await page.setInputFiles("#file", job.filePath);
  const report = page
    .evaluate((given) => window.runJob?.(given), job)
    .then((said) => ClientReport.parse(said))
    .catch((error: unknown): ClientReport => ({ ok: false, error: `the page broke: ${String(error)}` }));
  return { report, kill: () => page.close() };
}
