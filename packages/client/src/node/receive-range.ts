import { createCrc64Nvme, WaybillError, type SignedRequest } from "@waybill/core";
import type { PatienceDeps } from "../engine/patience.ts";
import { createRecovery } from "../engine/recovery.ts";
import { startStallWatch, type StallWatch } from "../engine/stall-watch.ts";
import type { ConnectionPool, Lease } from "./connection-pool.ts";
import type { GrantKeeper } from "./grant-keeper.ts";
import { requestRange, type RangeAnswer, type RangeOfObject } from "./request-range.ts";

export interface RangeReceiver {
  deps: PatienceDeps & { stallMs: number; patienceMs: number };
  pool: ConnectionPool;
  grants: GrantKeeper;
  /** One is filled while the one before is delivered: two in turn will do. */
  nextBuffer: () => Uint8Array;
  /** Called with one run of bytes after the other, in order, each once. */
  deliver: (bytes: Uint8Array, position: number) => Promise<void>;
  signal: AbortSignal;
  /** Wait until so many bytes may come; absent without a limit of speed. */
  pace?: ((bytes: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * Bring one range, however often its answer breaks off: each request asks for what is still missing.
 *
 * @returns the CRC64NVME of what was delivered
 * @throws {WaybillError} what the store refused it with for good; whatever `deliver` throws
 */
export async function receiveRange(receiver: RangeReceiver, wanted: RangeOfObject): Promise<string> {
  const { deps, grants, signal } = receiver;
  const { end } = wanted.range;
  const checksum = createCrc64Nvme();
  let position = wanted.range.start;
  let request = grants.current();
  let undelivered: { error: unknown } | undefined;
  const recovery = createRecovery({ deps, signal, renew: () => grants.renew(request) });

  async function deliver(bytes: Uint8Array): Promise<void> {
    checksum.update(bytes);
    try {
      await receiver.deliver(bytes, position);
    } catch (error) {
      undelivered = { error }; // the receiving side's own failure: asking the store again is no help
      throw error;
    }
    position += bytes.length;
    recovery.progressed();
    await receiver.pace?.(bytes.length, signal);
  }

  const missingBytes = () => end - position;
  while (missingBytes() > 0) {
    request = grants.current();
    const missing = { ...wanted, range: { ...wanted.range, start: position } };
    const answer = await receiveOnce({ ...receiver, deliver }, request, missing).catch(toFailure);
    if (undelivered !== undefined) throw undelivered.error;
    if (!answer.ok) await recovery.recover(answer.error);
  }
  return checksum.digest();
}

function toFailure(error: unknown) {
  return { ok: false, error } as const;
}

/** One request and its answer. What came of an answer that broke off is delivered. */
async function receiveOnce(
  receiver: RangeReceiver,
  request: SignedRequest,
  wanted: RangeOfObject,
): Promise<RangeAnswer> {
  const { deps, signal } = receiver;
  signal.throwIfAborted();
  using watch = startStallWatch({ stallMs: deps.stallMs, signal, counting: false });
  const { lease, answer } = await watch.during(ask(receiver, watch, request, wanted));
  const onAbort = () => lease.connection.destroy();
  watch.signal.addEventListener("abort", onAbort);
  try {
    if (answer.ok) await receiveBody(receiver, watch, lease, wanted);
    if (answer.ok && answer.keepAlive) lease.giveBack();
    else lease.connection.destroy();
    return answer;
  } catch (error) {
    lease.connection.destroy();
    watch.signal.throwIfAborted();
    throw error;
  } finally {
    watch.signal.removeEventListener("abort", onAbort);
  }
}

/** On a connection that was kept; on another one when the store has closed that meanwhile. */
async function ask(
  { pool }: RangeReceiver,
  watch: StallWatch,
  request: SignedRequest,
  wanted: RangeOfObject,
): Promise<{ lease: Lease; answer: RangeAnswer }> {
  for (;;) {
    let isAnswered = false;
    const lease = pool.lease(new URL(request.url), () => {
      isAnswered = true;
      watch.moved();
    });
    const onAbort = () => lease.connection.destroy();
    watch.signal.addEventListener("abort", onAbort);
    try {
      return { lease, answer: await requestRange(lease.connection, request, wanted) };
    } catch (error) {
      lease.connection.destroy();
      watch.signal.throwIfAborted();
      if (!lease.reused || isAnswered) throw error;
    } finally {
      watch.signal.removeEventListener("abort", onAbort);
    }
  }
}

async function receiveBody(
  { nextBuffer, deliver }: RangeReceiver,
  watch: StallWatch,
  { connection }: Lease,
  { range: { start, end } }: RangeOfObject,
): Promise<void> {
  let asked = start;
  const readAhead = () => {
    const into = asked < end ? nextBuffer().subarray(0, end - asked) : new Uint8Array();
    asked += into.length;
    return { into, filled: connection.read(into) };
  };
  let next = readAhead();
  for (let position = start; position < end;) {
    const { into, filled } = next;
    next = readAhead();
    const byteCount = await watch.during(filled);
    if (byteCount > 0) await deliver(into.subarray(0, byteCount), position);
    position += byteCount;
    if (byteCount < into.length) {
      const cause = connection.cause();
      throw new WaybillError("STORAGE_UNREACHABLE", "The store closed the connection early.", { cause });
    }
  }
}
