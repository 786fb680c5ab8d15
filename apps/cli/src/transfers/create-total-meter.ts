import { createProgressMeter, type TransferEvent } from "@waybill/client/node";
import { obstacleOf } from "./obstacle-of.ts";

/** How far several files are, together. */
export interface TotalProgress {
  filesDone: number;
  fileCount: number;
  transferredBytes: number;
  /** Becomes less when a file fails, or turns out to need no transfer. */
  totalBytes: number;
  bytesPerSecond: number;
  /** Undefined until it can be told. */
  secondsLeft: number | undefined;
  /** Of the whole, 0 to 1. */
  share: number;
  /** Why nothing moves, where nothing does. */
  obstacle: string | undefined;
}

export interface TotalMeter {
  /** Begin a file. `settle` tells that it is done, one way or another. */
  follow(sizeBytes: number): { onEvent: (event: TransferEvent) => void; settle: () => void };
  progress: () => TotalProgress;
}

/**
 * What a file costs besides its bytes: it has to be asked for, begun and proven. In share and time left
 * each file counts as so many bytes more, or a thousand small files after a big one would come as a
 * surprise.
 */
const FILE_BYTES = 256 * 1024;

/** @param options.nowMs - a clock that never goes back */
export function createTotalMeter(options: { sizes: readonly number[]; nowMs: () => number }): TotalMeter {
  const fileCount = options.sizes.length;
  let totalBytes = options.sizes.reduce((sum, size) => sum + size, 0);
  let transferredBytes = 0;
  let filesDone = 0;
  let obstacle: string | undefined;
  const bytes = createSpeedometer(options.nowMs);
  const work = createSpeedometer(options.nowMs);

  function move(bytesMore: number, filesMore: number) {
    transferredBytes += bytesMore;
    filesDone += filesMore;
    if (bytesMore + filesMore > 0) obstacle = undefined;
    bytes.update(transferredBytes);
    work.update(transferredBytes + filesDone * FILE_BYTES);
  }

  return {
    follow(sizeBytes) {
      let ownBytes = 0;
      return {
        onEvent(event) {
          if (event.type === "waiting") obstacle = obstacleOf(event.error);
          if (event.type !== "progress") return;
          const before = ownBytes;
          ownBytes = Math.max(before, event.progress.transferredBytes);
          move(ownBytes - before, 0);
        },
        settle() {
          totalBytes -= sizeBytes - ownBytes;
          move(0, 1);
        },
      };
    },
    progress() {
      const doneWork = transferredBytes + filesDone * FILE_BYTES;
      const totalWork = totalBytes + fileCount * FILE_BYTES;
      const perSecond = work.perSecond();
      return {
        filesDone,
        fileCount,
        transferredBytes,
        totalBytes,
        bytesPerSecond: bytes.perSecond(),
        secondsLeft: perSecond > 0 ? (totalWork - doneWork) / perSecond : undefined,
        share: totalWork === 0 ? 1 : doneWork / totalWork,
        obstacle,
      };
    },
  };
}

/** The smoothed speed of something that has no end of its own. */
function createSpeedometer(nowMs: () => number) {
  let perSecond = 0;
  const meter = createProgressMeter({
    totalBytes: Number.MAX_SAFE_INTEGER,
    nowMs,
    report: ({ bytesPerSecond }) => {
      perSecond = bytesPerSecond;
    },
  });
  return { update: (amount: number) => meter.update(amount), perSecond: () => perSecond };
}
