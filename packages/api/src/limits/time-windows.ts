/** Time is cut at whole minutes and at midnight, UTC: every instance knows the same windows without asking. */
export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 3600_000;

/** What was given in one window. */
export interface Count {
  /** Which one: how many there were since 1970. */
  window: number;
  given: number;
}

/**
 * The count as it stands at this moment: nothing was given yet in a window that has just begun. Windows never go back,
 * lest the same one be given twice by instances whose clocks differ.
 */
export function countAt(count: Count, nowMs: number, windowMs: number): Count {
  const window = Math.floor(nowMs / windowMs);
  return window > count.window ? { window, given: 0 } : count;
}

/** How long until the next window begins. */
export function msUntilNext({ window }: Count, nowMs: number, windowMs: number): number {
  return (window + 1) * windowMs - nowMs;
}
