import { type LifecycleRun, runLifecycle } from "./run-lifecycle.ts";
import type { LifecycleContext } from "./sweeps.ts";

export interface Lifecycle {
  /** Do what is due now, and do not wait for the timer. */
  run(): Promise<LifecycleRun>;
  /** Ends the timer and what runs. To be called before the store is closed. */
  close(): Promise<void>;
}

/** Amazon looks once a day; a test or a developer would not wait so long. */
const INTERVAL_MS = 60_000;

/** Do what lifecycle rules ask for: now, and from now on each minute. */
export function startLifecycle(context: LifecycleContext): Lifecycle {
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  const run = (): Promise<LifecycleRun> => {
    const next = running.then(() => runLifecycle(context, stopping.signal));
    running = next.catch(() => {}); // who asked for it is told
    return next;
  };
  const runUnasked = (): void => {
    run().catch((error: unknown) => context.log(`lifecycle rules could not be run: ${String(error)}`));
  };
  runUnasked();
  const timer = setInterval(runUnasked, INTERVAL_MS).unref();
  return {
    run,
    async close() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
