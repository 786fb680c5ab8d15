import { WaybillError } from "@waybill/core";

/**
 * Run something that must keep moving: when `moved` is not called for `stallMs`, its signal aborts
 * and the run ends with `STALLED`.
 */
export async function watchForStall<T>(
  options: { stallMs: number; signal: AbortSignal },
  run: (signal: AbortSignal, moved: () => void) => Promise<T>,
): Promise<T> {
  const stalled = new AbortController();
  const onStall = () => stalled.abort(new WaybillError("STALLED"));
  let timer = setTimeout(onStall, options.stallMs);
  const moved = () => {
    clearTimeout(timer);
    timer = setTimeout(onStall, options.stallMs);
  };
  try {
    return await run(AbortSignal.any([options.signal, stalled.signal]), moved);
  } finally {
    clearTimeout(timer);
  }
}
