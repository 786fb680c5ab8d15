import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ServiceMessage } from "./run-service.ts";

export interface ServiceSpec {
  name: string;
  /** A module to run. */
  module: string;
  env: Record<string, string | undefined>;
  /** Whether it says when it is ready; else it is as soon as it runs. */
  announces: boolean;
  /** A file for what it writes to stdout, behind what is there; left out: the stack's own stdout. */
  stdout?: string;
}

export interface Supervisor {
  /** Start a service and wait until it is ready. @throws when it cannot start */
  start(spec: ServiceSpec): Promise<void>;
  /** Stop all, the last started first. */
  stop(): Promise<void>;
}

const STOP_MS = 5000;
const RESTART_WINDOW_MS = 60_000;
const MAX_RESTARTS = 5;

/**
 * Keeps services running. One that ends unasked is started again, as Lambda replaces an instance
 * that died; one that keeps ending is given up.
 *
 * @param options.onGivenUp - a service cannot be kept running
 */
export function createSupervisor(options: {
  log: (line: string) => void;
  onGivenUp: () => void;
}): Supervisor {
  const { log, onGivenUp } = options;
  const children = new Map<string, ChildProcess>();
  const restarts: number[] = [];
  let stopping = false;

  function launch(spec: ServiceSpec): Promise<void> {
    // A process group of its own: Ctrl-C reaches the supervisor alone, which then stops all in order.
    const stdout = spec.stdout === undefined ? undefined : openSync(spec.stdout, "a", 0o600);
    const child = fork(spec.module, {
      env: spec.env,
      detached: true,
      stdio: ["ignore", stdout ?? "inherit", "inherit", "ipc"],
    });
    if (stdout !== undefined) closeSync(stdout); // it has its own by now
    children.set(spec.name, child);
    return new Promise((resolve, reject) => {
      let ready = !spec.announces;
      if (ready) child.once("spawn", resolve);
      child.once("error", reject);
      child.on("message", (message: ServiceMessage) => {
        if (message.type === "failed") return reject(new Error(`${spec.name}: ${message.reason}`));
        ready = true;
        resolve();
      });
      child.once("exit", (code, signal) => {
        children.delete(spec.name);
        reject(new Error(`${spec.name} ended (${signal ?? `exit code ${code}`}).`));
        if (ready && !stopping) restart(spec, signal ?? `exit code ${code}`);
      });
    });
  }

  function restart(spec: ServiceSpec, how: string) {
    const now = Date.now();
    restarts.push(now);
    if (restarts.filter((at) => now - at < RESTART_WINDOW_MS).length > MAX_RESTARTS) {
      log(`${spec.name} ends again and again; giving up.`);
      return onGivenUp();
    }
    log(`${spec.name} ended (${how}); starting it again.`);
    launch(spec).catch((error: Error) => {
      if (stopping) return;
      log(error.message);
      onGivenUp();
    });
  }

  return {
    start: launch,
    async stop() {
      stopping = true;
      for (const child of [...children.values()].toReversed()) await stopChild(child);
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = new AbortController();
  await Promise.race([exited, delay(STOP_MS, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await exited;
  }
}
