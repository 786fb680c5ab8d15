export interface Progress {
  /** On the wire so far. Never decreases: what had to be sent again is not counted twice. */
  transferredBytes: number;
  /** Of these, what has arrived for certain: acknowledged by the store, or written. Never decreases. */
  acknowledgedBytes: number;
  totalBytes: number;
  /** Smoothed; 0 until there is something to measure. */
  bytesPerSecond: number;
  /** Undefined until it can be told. */
  secondsLeft: number | undefined;
}

export interface ProgressMeter {
  /** Bytes so far, in all; of these acknowledged: all when left out. */
  update(bytes: number, acknowledgedBytes?: number): void;
}

const SAMPLE_MS = 250;
const REPORT_MS = 50;
const SMOOTHING_MS = 3000;

/**
 * Turns byte counts into progress, with a speed that follows the last few seconds.
 *
 * @param options.nowMs - a clock that never goes back
 * @param options.report - called at most every 50 ms, and always for the last byte
 */
export function createProgressMeter(options: {
  totalBytes: number;
  nowMs: () => number;
  report: ((progress: Progress) => void) | undefined;
}): ProgressMeter {
  const { totalBytes, nowMs, report } = options;
  const startedAt = nowMs();
  let transferredBytes = 0;
  let acknowledged = 0;
  let sample = { atMs: startedAt, bytes: 0 };
  let bytesPerSecond = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  let finished = false;

  function measure(atMs: number) {
    const elapsedMs = atMs - sample.atMs;
    if (elapsedMs < SAMPLE_MS && transferredBytes < totalBytes) return;
    const current = elapsedMs > 0 ? ((transferredBytes - sample.bytes) * 1000) / elapsedMs : bytesPerSecond;
    // The plain mean at first, so that a slow start does not stand for long.
    const weight = Math.max(
      1 - Math.exp(-elapsedMs / SMOOTHING_MS),
      elapsedMs / Math.max(1, atMs - startedAt),
    );
    bytesPerSecond += (current - bytesPerSecond) * weight;
    sample = { atMs, bytes: transferredBytes };
  }

  return {
    update(bytes, acknowledgedBytes = bytes) {
      acknowledged = Math.min(totalBytes, Math.max(acknowledged, acknowledgedBytes));
      transferredBytes = Math.min(totalBytes, Math.max(transferredBytes, bytes));
      const atMs = nowMs();
      measure(atMs);
      const last = acknowledged === totalBytes;
      if (finished || (!last && atMs - reportedAt < REPORT_MS)) return;
      finished = last;
      reportedAt = atMs;
      const left = totalBytes - transferredBytes;
      const secondsLeft = left === 0 ? 0 : bytesPerSecond > 0 ? left / bytesPerSecond : undefined;
      report?.({
        transferredBytes,
        acknowledgedBytes: acknowledged,
        totalBytes,
        bytesPerSecond,
        secondsLeft,
      });
    },
  };
}
