import { WaybillError, type SignedRequest } from "@waybill/core";
import type { ByteRange, RangeOfObject } from "../engine/byte-range.ts";
import type { ReceiveOnce } from "../engine/receive-range.ts";
import { CRAWLING_BYTES_PER_MS, startStallWatch, type StallWatch } from "../engine/stall-watch.ts";
import type { ConnectionPool, Lease } from "./connection-pool.ts";
import { requestRange, type RangeAnswer } from "./request-range.ts";
import { giveBackBuffer, takeBuffer } from "./transfer-buffers.ts";

/** How bytes are received over connections of our own. */
interface Receiving {
  pool: ConnectionPool;
  /** A request on which no byte moves for so long is given up. */
  stallMs: number;
}

/** Into two buffers in turn: one is filled while the other is written. What is delivered must not be kept. */
export function receivingInTurn(receiving: Receiving): ReceiveOnce {
  return async (options) => {
    const buffers = [takeBuffer(), takeBuffer()] as const;
    let turn: 0 | 1 = 0;
    await receiveOnce(receiving, () => buffers[(turn = turn === 0 ? 1 : 0)], options);
    buffers.forEach(giveBackBuffer); // not of a connection that broke: nobody knows what it still does
  };
}

/** Into a buffer of its own each time. */
export function receivingAnew(receiving: Receiving, bufferBytes: number): ReceiveOnce {
  return (options) => receiveOnce(receiving, () => Buffer.allocUnsafeSlow(bufferBytes), options);
}

async function receiveOnce(
  { pool, stallMs }: Receiving,
  nextBuffer: () => Uint8Array<ArrayBuffer>,
  { request, wanted, signal, deliver }: Parameters<ReceiveOnce>[0],
): Promise<void> {
  signal.throwIfAborted();
  using watch = startStallWatch({
    stallMs,
    signal,
    counting: false,
    leastBytesPerMs: CRAWLING_BYTES_PER_MS,
  });
  const { lease, answer } = await watch.during(ask(pool, watch, request, wanted));
  if (!answer.ok) {
    lease.connection.destroy();
    throw answer.error;
  }
  const onAbort = () => lease.connection.destroy();
  watch.signal.addEventListener("abort", onAbort);
  try {
    await receiveBody({ watch, lease, read: answer.read, range: wanted.range, nextBuffer, deliver });
    if (answer.keepAlive) lease.giveBack();
    else lease.connection.destroy();
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

async function receiveBody(options: {
  watch: StallWatch;
  lease: Lease;
  read: (into: Uint8Array) => Promise<number>;
  range: ByteRange;
  /** One is filled while the one before is delivered: two in turn will do. */
  nextBuffer: () => Uint8Array<ArrayBuffer>;
  deliver: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
}): Promise<void> {
  const { watch, read, range, nextBuffer, deliver } = options;
  const { connection } = options.lease;
  const { start, end } = range;
  let asked = start;
  const readAhead = () => {
    const into = asked < end ? nextBuffer().subarray(0, end - asked) : new Uint8Array();
    asked += into.length;
    return { into, filled: read(into) };
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
