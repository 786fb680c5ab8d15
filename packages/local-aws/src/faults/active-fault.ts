import { randomInt } from "node:crypto";
import type { FaultAction, FaultReport, ParsedFault } from "./fault.ts";
import { createMatcher, type FaultTarget } from "./match-fault.ts";
import { createDraws } from "./seeded-draws.ts";

/** What a test holds of a fault that it injected. */
export interface InjectedFault extends Disposable {
  readonly id: string;
  /** Requests on which it took effect. A reset after bytes that never came is none. */
  readonly hits: number;
  /** No further request is hit, and what it holds up goes on. */
  remove(): void;
  /**
   * Ends when it has hit as often as asked for: once, unless said otherwise.
   *
   * @throws when the fault is removed before, or the reason of `signal`
   */
  waitForHit(options?: { hits?: number; signal?: AbortSignal }): Promise<void>;
}

export interface ActiveFault extends InjectedFault {
  report(): FaultReport;
  /** @returns nothing when the request is not one for this fault */
  take(target: FaultTarget): Strike | undefined;
}

/** One fault on one request. */
export interface Strike {
  faultId: string;
  seed: number;
  action: FaultAction;
  /** Where in a body, if the fault does not say: in [0, 1). */
  position: number;
  removed: AbortSignal;
  /** It takes effect now. Called once at most. */
  hit(): void;
  /** The request is over. If nothing took effect, the next request may have this turn. */
  end(): void;
}

interface Waiter {
  hits: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** @param onRemove - told once */
export function createActiveFault(id: string, fault: ParsedFault, onRemove: () => void): ActiveFault {
  const { action, afterRequests, count = Infinity, probability, seed = randomInt(2 ** 32) } = fault;
  const isMatch = createMatcher(fault.match);
  const draw = createDraws(seed);
  const removal = new AbortController();
  const waiters = new Set<Waiter>();
  let passed = 0;
  let running = 0; // took their turn, and nothing took effect yet
  let hits = 0;

  const onHit = (): void => {
    running -= 1;
    hits += 1;
    for (const waiter of waiters) if (hits >= waiter.hits) waiter.resolve();
  };
  const remove = (): void => {
    if (removal.signal.aborted) return;
    removal.abort();
    onRemove();
    for (const waiter of waiters) waiter.reject(new Error(`fault ${id} was removed before it hit`));
  };
  return {
    id,
    get hits() {
      return hits;
    },
    remove,
    [Symbol.dispose]: remove,
    async waitForHit(options = {}) {
      const { signal } = options;
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter: Waiter = { hits: options.hits ?? 1, resolve, reject };
      if (hits >= waiter.hits) return;
      if (removal.signal.aborted) throw new Error(`fault ${id} was removed before it hit`);
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener("abort", abort);
      waiters.add(waiter);
      try {
        await promise;
      } finally {
        waiters.delete(waiter);
        signal?.removeEventListener("abort", abort);
      }
    },
    report: () => ({ id, hits, seed, fault }),
    take(target) {
      if (hits + running >= count || !isMatch(target)) return undefined;
      if (passed < afterRequests) {
        passed += 1;
        return undefined;
      }
      const { chance, position } = draw(`${target.operation} ${target.partNumber ?? ""}`);
      if (chance >= probability) return undefined;
      running += 1;
      return createStrike(
        { faultId: id, seed, action, position, removed: removal.signal },
        {
          onHit,
          onMiss: () => {
            running -= 1;
          },
        },
      );
    },
  };
}

function createStrike(
  strike: Omit<Strike, "hit" | "end">,
  { onHit, onMiss }: { onHit: () => void; onMiss: () => void },
): Strike {
  let isOver = false;
  const once = (act: () => void) => () => {
    if (isOver) return;
    isOver = true;
    act();
  };
  return { ...strike, hit: once(onHit), end: once(onMiss) };
}
