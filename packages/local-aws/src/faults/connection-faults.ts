import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Exchange {
  message: IncomingMessage;
  response: ServerResponse;
}

/** Ends what was meant for a client that is not there any more. */
export class ConnectionGone extends Error {
  constructor() {
    super("the connection is gone");
    this.name = "ConnectionGone";
  }
}

/**
 * A reset throws away what the system has not delivered yet. Node cannot ask for that, so a client that
 * reads at all is given a moment.
 */
export async function lingerForDelivery(): Promise<void> {
  await sleep(DELIVERY_MS);
}

const DELIVERY_MS = 50;

/**
 * TCP reset: the client sees ECONNRESET.
 *
 * @throws {ConnectionGone} always
 */
export function cutConnection({ message }: Exchange): never {
  message.socket.resetAndDestroy();
  throw new ConnectionGone();
}

/**
 * Let nothing move on a connection. A client that gives up ends it; while its body is not read, Node does not
 * see that, and so only the other two ways are left.
 *
 * @param options.ms - absent: for ever
 * @param options.until - what was held up goes on
 * @param options.closing - the connection is cut
 * @throws {ConnectionGone}
 */
export async function holdUp(
  { message, response }: Exchange,
  options: { ms: number | undefined; until: AbortSignal; closing: AbortSignal },
): Promise<void> {
  const { socket } = message;
  const gone = new AbortController();
  const onClose = (): void => gone.abort();
  response.once("close", onClose);
  const idleMs = socket.timeout ?? 0;
  socket.setTimeout(0); // the server closes idle connections, but here idleness is the point
  const signal = AbortSignal.any([options.until, options.closing, gone.signal]);
  if (!socket.destroyed) await sleepUntil(options.ms, signal);
  response.off("close", onClose);
  socket.setTimeout(idleMs);
  if (options.closing.aborted) socket.destroy();
  if (socket.destroyed) throw new ConnectionGone();
}

async function sleepUntil(ms: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (ms !== undefined) return sleep(ms, undefined, { signal }).catch(() => {}); // it rejects for the signal alone
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
}
