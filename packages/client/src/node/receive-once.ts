import { MiB, WaybillError, type SignedRequest } from "@waybill/core";
import type { RangeOfObject } from "../engine/byte-range.ts";
import type { ReceiveOnce } from "../engine/receive-range.ts";
import { CRAWLING_BYTES_PER_MS, startStallWatch, type StallWatch } from "../engine/stall-watch.ts";
import type { ConnectionPool, Lease } from "./connection-pool.ts";
import { requestRange, type RangeAnswer } from "./request-range.ts";

/** How bytes are received over connections of our own. */
export interface Receiving {
  pool: ConnectionPool;
  /** A request on which no byte moves for so long is given up. */
  stallMs: number;
  /** One is filled while the one before is delivered: two in turn will do. */
  nextBuffer: () => Uint8Array<ArrayBuffer>;
}

const BUFFER_BYTES = MiB / 4;

/** One request at a time, into two buffers: one is filled while the other is written. */
export function openLane(
  receiving: Omit<Receiving, "nextBuffer">,
  { sizeBytes }: { sizeBytes: number },
): ReceiveOnce {
  const newBuffer = () => Buffer.allocUnsafeSlow(Math.min(sizeBytes, BUFFER_BYTES));
  const buffers = [newBuffer(), newBuffer()] as const;
  let turn: 0 | 1 = 0;
  const nextBuffer = () => buffers[(turn = turn === 0 ? 1 : 0)];
  return receiveOnce({ ...receiving, nextBuffer });
}

export function receiveOnce(receiving: Receiving): ReceiveOnce {
  return async ({ request, wanted, signal, deliver }) => {
    signal.throwIfAborted();
    using watch = startStallWatch({
      stallMs: receiving.stallMs,
      signal,
      counting: false,
      leastBytesPerMs: CRAWLING_BYTES_PER_MS,
    });
    const { lease, answer } = await watch.during(ask(receiving.pool, watch, request, wanted));
    if (!answer.ok) {
      lease.connection.destroy();
      throw answer.error;
    }
    const onAbort = () => lease.connection.destroy();
    watch.signal.addEventListener("abort", onAbort);
    try {
      await receiveBody(receiving, watch, lease, wanted, deliver);
      if (answer.keepAlive) lease.giveBack();
      else lease.connection.destroy();
    } catch (error) {
      lease.connection.destroy();
      watch.signal.throwIfAborted();
      throw error;
    } finally {
      watch.signal.removeEventListener("abort", onAbort);
    }
  };
}

/** On a connection that was kept; on another one when the store has closed that meanwhile. */
async function ask(
  pool: ConnectionPool,
  watch: StallWatch,
  request: SignedRequest,
  wanted: RangeOfObject,
): Promise<{ lease: Lease; answer: RangeAnswer }> {
  for (;;) {
    let isAnswered = false;
    const lease = pool.lease(new URL(request.url), (byteCount) => {
      isAnswered = true;
      watch.moved(byteCount);
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
  { nextBuffer }: Receiving,
  watch: StallWatch,
  { connection }: Lease,
  { range: { start, end } }: RangeOfObject,
  deliver: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
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
    if (byteCount > 0) await deliver(into.subarray(0, byteCount));
    position += byteCount;
    if (byteCount < into.length) {
      const cause = connection.cause();
      throw new WaybillError("STORAGE_UNREACHABLE", "The store closed the connection early.", { cause });
    }
  }
}
