/** Lets in so many at once, first come first served. */
export interface Turns {
  /** @returns to be disposed of, once, when the next one may come */
  take(signal: AbortSignal): Promise<Disposable>;
}

/**
 * @param count - of those that are in at once
 * @param together - all who wait go in when there is a place: for calls of the API, of which those that are made in
 *   the same moment travel in one request
 */
export function createTurns(count: number, together = false): Turns {
  const waiting: (() => void)[] = [];
  let free = count; // below 0 where many have gone in together

  function leave(): void {
    free += 1;
    if (free > 0) for (const enter of waiting.splice(0, together ? waiting.length : 1)) enter();
  }

  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const onAbort = () => {
          waiting.splice(waiting.indexOf(enter), 1);
          reject(signal.reason);
        };
        const enter = () => {
          signal.removeEventListener("abort", onAbort);
          free -= 1;
          resolve({ [Symbol.dispose]: leave });
        };
        if (free > 0) return enter();
        waiting.push(enter);
        signal.addEventListener("abort", onAbort, { once: true });
      }),
  };
}
