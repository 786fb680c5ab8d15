import { MiB } from "@waybill/core";
import { createRequestWindow } from "./request-window.ts";

/** What all transfers of one client share: how much may be on its way at once, and how fast. */
export interface Traffic {
  /** The most requests that are ever on their way at once. */
  maxRequests: number;
  /**
   * Wait, first come first served, for a place for one request.
   *
   * @param sizeBytes - of its body; what is larger than all that is allowed waits for an empty line
   */
  enter(sizeBytes: number, signal: AbortSignal): Promise<Place>;
  /** Wait until so many bytes may go; absent without a limit of speed. */
  pace: ((bytes: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** What one connection moves, smoothed over the last requests; undefined until it is known. */
  usualBytesPerMs(): number | undefined;
}

interface Place extends Disposable {
  /** The request was acknowledged. */
  succeeded(durationMs: number): void;
  /** It was refused for want of room, or its connection was lost or stalled. */
  congested(): void;
}

const FIRST_REQUESTS = 4;
const MIN_SAMPLES = 4;
const SMOOTHING = 0.2;

/**
 * @param options.maxRequests - browsers open six connections to a host, so that more would wait
 * @param options.maxBytes - in bodies of requests that are on their way
 * @param options.bytesPerSecond - of all transfers together; unlimited when left out
 */
export function createTraffic(options: {
  maxRequests: number;
  maxBytes?: number;
  bytesPerSecond?: number | undefined;
  nowMs: () => number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}): Traffic {
  const { maxRequests, maxBytes = 512 * MiB, bytesPerSecond, nowMs, sleep } = options;
  const window = createRequestWindow({ initial: FIRST_REQUESTS, max: maxRequests, nowMs });
  const waiting: { sizeBytes: number; admit: () => void }[] = [];
  let requests = 0;
  let bytes = 0;
  let speed = { bytesPerMs: 0, samples: 0 };
  let paidUntilMs = 0;

  function admitNext(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const isAlone = requests === 0;
      if (!isAlone && (requests >= window.size() || bytes + next.sizeBytes > maxBytes)) return;
      waiting.shift();
      requests += 1;
      bytes += next.sizeBytes;
      next.admit();
    }
  }

  function placeFor(sizeBytes: number): Place {
    return {
      succeeded(durationMs) {
        window.acknowledged(sizeBytes, waiting.length > 0);
        if (durationMs <= 0) return;
        const weight = speed.samples === 0 ? 1 : SMOOTHING;
        const bytesPerMs = speed.bytesPerMs + (sizeBytes / durationMs - speed.bytesPerMs) * weight;
        speed = { bytesPerMs, samples: speed.samples + 1 };
      },
      congested: () => window.congested(),
      [Symbol.dispose]() {
        requests -= 1;
        bytes -= sizeBytes;
        admitNext();
      },
    };
  }

  return {
    maxRequests,
    enter(sizeBytes, signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const entry = {
          sizeBytes,
          admit() {
            signal.removeEventListener("abort", onAbort);
            resolve(placeFor(sizeBytes));
          },
        };
        function onAbort() {
          waiting.splice(waiting.indexOf(entry), 1);
          admitNext(); // it may have been the one that all others waited behind
          reject(signal.reason);
        }
        signal.addEventListener("abort", onAbort, { once: true });
        waiting.push(entry);
        admitNext();
      });
    },
    pace:
      bytesPerSecond === undefined
        ? undefined
        : (paced, signal) => {
            const atMs = nowMs();
            paidUntilMs = Math.max(paidUntilMs, atMs) + (paced * 1000) / bytesPerSecond;
            return sleep(paidUntilMs - atMs, signal);
          },
    usualBytesPerMs: () => (speed.samples < MIN_SAMPLES ? undefined : speed.bytesPerMs),
  };
}
