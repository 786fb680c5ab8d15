/** How many requests may be on their way at once: as many as help, and fewer when there were too many. */
export interface RequestWindow {
  size(): number;
  /**
   * A request has succeeded.
   *
   * @param wasFull - whether others were waiting for a place: only then does the speed say anything
   *   about the window
   */
  acknowledged(bytes: number, wasFull: boolean): void;
  /** The store asked for less, or a connection was lost or stalled. */
  congested(): void;
}

/** What makes it worth having more connections. */
const GAIN = 1.05;
const MIN_EPOCH_MS = 500;
/** Of the first one, which is compared with nothing: many small files would be half sent before more is tried. */
const MIN_FIRST_EPOCH_MS = 100;
/** So many epochs are left in peace before more is tried again. */
const REST_AFTER_CLIMB = 16;
const REST_AFTER_CONGESTION = 4;

/**
 * Climbs while it helps: after each epoch (as many answers as the window is wide) the speed is held
 * against that of the best window so far; half as many more are tried while they bring at least 5 %.
 * When they do not, the window goes back and rests. It is halved for congestion, once an epoch.
 *
 * One connection to a far store is limited by its round trips, so more of them are faster; on a fast
 * or a thin line they are not, and only take from others.
 *
 * @param options.nowMs - a clock that never goes back
 */
export function createRequestWindow(options: {
  initial: number;
  max: number;
  nowMs: () => number;
}): RequestWindow {
  const { max, nowMs } = options;
  let size = Math.min(options.initial, max);
  let best: { size: number; bytesPerMs: number } | undefined;
  let restingEpochs = 0;
  let epoch = begin();

  function begin() {
    return { startedAtMs: nowMs(), answers: 0, bytes: 0, wasFull: true };
  }

  function judge(bytesPerMs: number): void {
    if (restingEpochs > 0) {
      restingEpochs -= 1;
      best = { size, bytesPerMs }; // speeds change with the hour: what counts is the last one
      return;
    }
    if (best === undefined || (size !== best.size && bytesPerMs > best.bytesPerMs * GAIN)) {
      best = { size, bytesPerMs };
      if (size < max) return grow();
    } else if (size === best.size && size < max) return grow();
    size = best.size;
    restingEpochs = REST_AFTER_CLIMB;
  }

  function grow(): void {
    size = Math.min(max, size + Math.max(1, Math.floor(size / 2)));
  }

  return {
    size: () => size,
    acknowledged(bytes, wasFull) {
      epoch.answers += 1;
      epoch.bytes += bytes;
      epoch.wasFull &&= wasFull;
      const elapsedMs = nowMs() - epoch.startedAtMs;
      const minMs = best === undefined ? MIN_FIRST_EPOCH_MS : MIN_EPOCH_MS;
      if (epoch.answers < size || elapsedMs < minMs) return;
      if (epoch.wasFull) judge(epoch.bytes / elapsedMs);
      epoch = begin();
    },
    congested() {
      if (restingEpochs === REST_AFTER_CONGESTION && epoch.answers === 0) return; // just done
      size = Math.max(1, Math.floor(size / 2));
      best = undefined;
      restingEpochs = REST_AFTER_CONGESTION;
      epoch = begin();
    },
  };
}
