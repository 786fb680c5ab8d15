import { partRange, WaybillError } from "@waybill/core";
import { callApi } from "./call-api.ts";
import type { PartSupply, PartToSend } from "./part-supply.ts";
import { DETOUR_AFTER_FAILURES } from "./patience.ts";
import { responseError } from "./response-error.ts";
import { startStallWatch } from "./stall-watch.ts";
import type { UploadRun } from "./upload-run.ts";
import type { UploadSession } from "./upload-session.ts";

/** Refusals of one part, one after the other, that a new signature, or simply sending it again, may mend. */
const MAX_MENDED = 4;

/** How one part fares: told as it goes. */
export interface PartWatcher {
  /** A request has got its place, and leaves. */
  onStart: () => void;
  /** Bytes of this part on the wire; goes back to 0 when it is sent again. */
  onSent: (bytes: number) => void;
}

/**
 * Send one part until the store has acknowledged it.
 *
 * @param options.fresh - whether on a connection of its own
 * @throws {WaybillError} when it cannot be sent, with the cause
 */
export async function sendPart<Body>(
  run: UploadRun<Body>,
  session: UploadSession,
  options: PartWatcher & { part: PartToSend; supply: PartSupply; fresh: boolean },
): Promise<void> {
  const { signal, source, patience } = run;
  const { partNumber } = options.part;
  let { part } = options;
  let mended = 0;
  for (let failures = 1; ; failures++) {
    try {
      if (part.route !== session.route) part = await options.supply.renew(partNumber);
      return await sendOnce(run, session, { ...options, part, fresh: options.fresh || failures > 1 });
    } catch (error) {
      signal.throwIfAborted();
      await source.assertUnchanged(); // else that is the reason
      const code = error instanceof WaybillError ? error.code : undefined;
      const canMend = code === "GRANT_EXPIRED" || code === "CHECKSUM_MISMATCH";
      if (!canMend) {
        // What is rarely needed is loaded when it is.
        const isFailing = failures % DETOUR_AFTER_FAILURES === 0;
        const rare = isFailing ? await import("./detour.ts").catch(() => undefined) : undefined;
        const isElsewhere = await rare?.detour(run, session, { error, route: part.route, call: callApi });
        if (!isElsewhere) await patience.afterFailure(error, failures);
      } else if (++mended > MAX_MENDED) throw error;
      else if (code === "GRANT_EXPIRED") part = await options.supply.renew(partNumber);
      else await assertSameBytes(run, session, partNumber); // spoilt on the way, or not what was hashed
    }
  }
}

async function sendOnce<Body>(
  run: UploadRun<Body>,
  session: UploadSession,
  options: PartWatcher & { part: PartToSend; fresh: boolean },
): Promise<void> {
  const { deps, source, transport, signal } = run;
  const { traffic, stallLimit } = deps;
  const { start, end } = partRange(session.plan, options.part.partNumber);
  using place = await traffic.enter(end - start, signal);
  options.onStart();
  options.onSent(0);
  const startedAtMs = deps.nowMs();
  using watch = startStallWatch({
    stallMs: stallLimit.currentMs(),
    signal,
    counting: true,
    usualBytesPerMs: traffic.pace === undefined ? traffic.usualBytesPerMs() : undefined,
  });
  let sent = 0;
  try {
    const response = await transport(options.part.request, source.slice(start, end), {
      signal: watch.signal,
      fresh: options.fresh,
      pace: traffic.pace && pacing(traffic.pace, watch.moved),
      onSent(bytes) {
        watch.moved(bytes - sent);
        sent = bytes;
        options.onSent(bytes);
      },
    });
    const refusal = responseError(response);
    if (refusal !== undefined) throw refusal;
    const { eTag, checksum } = response;
    if (!session.mustComplete && eTag !== undefined && checksum !== undefined)
      session.stored = { eTag, checksum };
    stallLimit.survived(watch.longestIdleMs());
    place.succeeded(deps.nowMs() - startedAtMs);
  } catch (error) {
    if (error instanceof WaybillError && error.retryable) place.congested();
    if (error instanceof WaybillError && error.code === "STALLED") stallLimit.struck();
    throw error;
  }
}

/** Who waits for permission to send does not stand still. */
function pacing(
  pace: (bytes: number, signal: AbortSignal) => Promise<void>,
  moved: () => void,
): (bytes: number, signal: AbortSignal) => Promise<void> {
  return async (bytes, signal) => {
    const timer = setInterval(moved, 100);
    try {
      await pace(bytes, signal);
    } finally {
      clearInterval(timer);
    }
  };
}

async function assertSameBytes<Body>(
  { source, signal }: UploadRun<Body>,
  { plan, integrity, checksums }: UploadSession,
  partNumber: number,
): Promise<void> {
  const { start, end } = partRange(plan, partNumber);
  if ((await source.checksum(start, end, integrity, signal)) !== checksums[partNumber - 1])
    throw new WaybillError("SOURCE_CHANGED");
}
