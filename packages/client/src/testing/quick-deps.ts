import type { ReceiverDeps } from "../engine/engine-deps.ts";
import { createMd5 } from "../node/create-md5.ts";

/**
 * What the engine waits with, in a time of its own: pauses pass at once, and patience with them.
 *
 * @param overrides.stallMs - of real time, since it is sockets that are watched
 */
export function quickDeps(
  overrides: { stallMs?: number; onSleep?: (ms: number) => void } = {},
): ReceiverDeps {
  let now = 0;
  return {
    nowMs: () => now,
    sleep: async (ms) => {
      now += ms;
      overrides.onSleep?.(ms);
    },
    random: () => 0.5,
    whenOnline: () => undefined,
    stallMs: overrides.stallMs ?? 100,
    patienceMs: 2000,
    traffic: { pace: undefined },
    loadMd5: async () => ({ createMd5 }),
  };
}
