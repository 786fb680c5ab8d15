export interface WakeUps {
  /**
   * Wake who waits for this queue, once the code that runs now has ended. A transaction is synchronous, so
   * that is after its commit; after a rollback who wakes finds nothing and waits again.
   */
  wake(queueId: number): void;
  /**
   * Ends with the next wake-up, after `ms`, or when nobody needs it any more.
   *
   * @returns whether to look again: false once `signal` or `close` ended it
   */
  wait(queueId: number, options: { ms: number; signal: AbortSignal | undefined }): Promise<boolean>;
  /** Ends all waits, also those to come. */
  close(): void;
}

export function createWakeUps(): WakeUps {
  const sleepers = new Map<number, Set<() => void>>();
  const woken = new Set<number>();
  let isClosed = false;

  const wakeAll = (queueIds: Iterable<number>): void => {
    for (const queueId of queueIds) {
      for (const wakeUp of sleepers.get(queueId) ?? []) wakeUp();
    }
  };
  return {
    wake(queueId) {
      if (woken.size === 0) {
        queueMicrotask(() => {
          wakeAll(woken);
          woken.clear();
        });
      }
      woken.add(queueId);
    },
    async wait(queueId, { ms, signal }) {
      const isOver = (): boolean => isClosed || signal?.aborted === true;
      if (isOver()) return false;
      const { promise, resolve } = Promise.withResolvers<void>();
      const wakeUp = (): void => resolve();
      const sleeping = sleepers.get(queueId) ?? new Set();
      sleepers.set(queueId, sleeping.add(wakeUp));
      const timer = setTimeout(wakeUp, ms); // it may end a little early: then the next wait is short
      signal?.addEventListener("abort", wakeUp);
      await promise;
      clearTimeout(timer);
      signal?.removeEventListener("abort", wakeUp);
      sleeping.delete(wakeUp);
      if (sleeping.size === 0) sleepers.delete(queueId);
      return !isOver();
    },
    close() {
      isClosed = true;
      wakeAll([...sleepers.keys()]);
    },
  };
}
