import { WaybillError, type SignedRequest } from "@waybill/core";
import type { RangeOfObject } from "../engine/byte-range.ts";
import { receiveRange as receiveRangeOf, type RangeReceiver as Receiver } from "../engine/receive-range.ts";
import { CRAWLING_BYTES_PER_MS, startStallWatch, type StallWatch } from "../engine/stall-watch.ts";
import type { ConnectionPool, Lease } from "./connection-pool.ts";
import { requestRange, type RangeAnswer } from "./request-range.ts";

export interface RangeReceiver extends Omit<Receiver, "receiveOnce"> {
  pool: ConnectionPool;
  /** One is filled while the one before is delivered: two in turn will do. */
  nextBuffer: () => Uint8Array<ArrayBuffer>;
}

/** As the engine's {@link receiveRangeOf}, over connections of our own. */
export async function receiveRange(receiver: RangeReceiver, wanted: RangeOfObject): Promise<string> {
  return receiveRangeOf(
    {
      ...receiver,
      async receiveOnce({ request, wanted: missing, deliver }) {
        const answer = await receiveOnce({ ...receiver, deliver }, request, missing);
        if (!answer.ok) throw answer.error;
      },
    },
    wanted,
  );
}

interface SingleReceiver extends Omit<RangeReceiver, "deliver"> {
  deliver: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
}

/** One request and its answer. What came of an answer that broke off is delivered. */
async function receiveOnce(
  receiver: SingleReceiver,
  request: SignedRequest,
  wanted: RangeOfObject,
): Promise<RangeAnswer> {
  const { deps, signal } = receiver;
  signal.throwIfAborted();
  using watch = startStallWatch({
    stallMs: deps.stallMs,
    signal,
    counting: false,
    leastBytesPerMs: CRAWLING_BYTES_PER_MS,
  });
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
  { pool }: SingleReceiver,
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
  { nextBuffer, deliver }: SingleReceiver,
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
    if (byteCount > 0) await deliver(into.subarray(0, byteCount));
    position += byteCount;
    if (byteCount < into.length) {
      const cause = connection.cause();
      throw new WaybillError("STORAGE_UNREACHABLE", "The store closed the connection early.", { cause });
    }
  }
}
