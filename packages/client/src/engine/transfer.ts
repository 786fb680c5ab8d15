import { WaybillError } from "@waybill/core";
import type { Progress } from "./progress.ts";
import { isEnded, nextTransferState, type TransferState, type TransferStep } from "./transfer-state.ts";

export type TransferEvent =
  | { type: "state"; state: TransferState }
  | { type: "progress"; progress: Progress }
  /** Something failed and will be tried again. */
  | { type: "waiting"; error: WaybillError };

/** One upload or download that can be watched and held. */
export interface Transfer<Result> extends AsyncIterable<TransferEvent> {
  readonly state: TransferState;
  /** Rejects with the cause; after {@link cancel} with `ABORTED`. */
  readonly result: Promise<Result>;
  /** Stop the sockets and keep what has arrived. Without effect on one that has ended. */
  pause(): void;
  resume(): void;
  /** Stop the sockets and give up what has arrived; resolves once all that is done. */
  cancel(): Promise<void>;
  /** @returns to stop listening */
  subscribe(listener: (event: TransferEvent) => void): () => void;
}

/** How a transfer came to its end. */
export type Ending = "done" | "failed" | "aborted" | "cancelled";

export interface TransferRun {
  signal: AbortSignal;
  step: (step: TransferStep) => void;
  onProgress: (progress: Progress) => void;
  onWait: (error: WaybillError) => void;
}

/** What a transfer consists of. */
export interface TransferSteps<Result> {
  /** Called once, and again after each pause; must end soon after its signal aborts. */
  run: (run: TransferRun) => Promise<Result>;
  /** Cleans up, once, before the result is known. */
  end: (ending: Ending, error: unknown) => Promise<void>;
}

/** Steps that are only known, or loaded, once it begins. */
export function stepsFrom<Result>(open: () => Promise<TransferSteps<Result>>): TransferSteps<Result> {
  let steps: TransferSteps<Result> | undefined;
  return {
    async run(transferRun) {
      steps ??= await open();
      return steps.run(transferRun);
    },
    end: async (ending, error) => steps?.end(ending, error),
  };
}

/** Run something that can be held and let go on. */
export function createTransfer<Result>(
  options: TransferSteps<Result> & { signal: AbortSignal | undefined },
): Transfer<Result> {
  const listeners = new Set<(event: TransferEvent) => void>();
  const cancelled = new AbortController();
  const stop = AbortSignal.any([cancelled.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  let state: TransferState = { phase: "preparing" };
  let paused: AbortController = new AbortController(); // of the present run
  let goOn = Promise.withResolvers<void>();

  function emit(event: TransferEvent): void {
    for (const listener of listeners) listener(event);
  }

  function step(next: TransferStep): void {
    const before = state;
    state = nextTransferState(before, next);
    if (state !== before) emit({ type: "state", state });
  }

  async function runOnce(): Promise<{ value: Result } | undefined> {
    const { signal } = paused;
    try {
      const value = await options.run({
        signal: AbortSignal.any([stop, signal]),
        step,
        onProgress: (progress) => emit({ type: "progress", progress }),
        onWait: (error) => emit({ type: "waiting", error }),
      });
      return { value };
    } catch (error) {
      if (signal.aborted && !stop.aborted) return undefined;
      throw error;
    }
  }

  async function runToTheEnd(): Promise<Result> {
    for (;;) {
      stop.throwIfAborted();
      const outcome = await runOnce();
      if (outcome !== undefined) return outcome.value;
      await Promise.race([goOn.promise, rejectWith(stop)]);
    }
  }

  async function finish(): Promise<Result> {
    try {
      const value = await runToTheEnd();
      await options.end("done", undefined);
      step({ type: "done" });
      return value;
    } catch (error) {
      const ending = cancelled.signal.aborted ? "cancelled" : stop.aborted ? "aborted" : "failed";
      await options.end(ending, error);
      if (ending !== "failed") step({ type: "cancelled" });
      else step({ type: "failed", ...described(error) });
      throw error;
    }
  }

  // A turn later, so that whoever starts it can listen first.
  const result = Promise.resolve().then(finish);
  result.catch(() => {}); // whoever watches by events need not await it
  return {
    get state() {
      return state;
    },
    result,
    pause() {
      if (isEnded(state) || state.phase === "paused") return;
      goOn = Promise.withResolvers<void>();
      step({ type: "paused" });
      paused.abort(new WaybillError("ABORTED", "Paused."));
    },
    resume() {
      if (state.phase !== "paused") return;
      paused = new AbortController();
      step({ type: "started" });
      goOn.resolve();
    },
    async cancel() {
      cancelled.abort(new WaybillError("ABORTED"));
      await result.catch(() => {});
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncIterator]: () => eventsOf(listeners, () => state),
  };
}

/** Of progress that nobody has fetched yet, only the newest is kept. */
async function* eventsOf(
  listeners: Set<(event: TransferEvent) => void>,
  stateNow: () => TransferState,
): AsyncGenerator<TransferEvent, void, undefined> {
  const events: TransferEvent[] = [{ type: "state", state: stateNow() }];
  let arrived = Promise.withResolvers<void>();
  const listener = (event: TransferEvent) => {
    if (event.type === "progress" && events.at(-1)?.type === "progress") events.pop();
    events.push(event);
    arrived.resolve();
  };
  listeners.add(listener);
  try {
    for (;;) {
      for (let event = events.shift(); event !== undefined; event = events.shift()) {
        yield event;
        if (event.type === "state" && isEnded(event.state)) return;
      }
      await arrived.promise;
      arrived = Promise.withResolvers<void>();
    }
  } finally {
    listeners.delete(listener);
  }
}

function rejectWith(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function described(error: unknown) {
  const known = error instanceof WaybillError ? error : new WaybillError("INTERNAL");
  return { code: known.code, message: known.message };
}
