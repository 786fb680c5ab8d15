import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a client may go on sending a body that nobody wants. */
const DRAIN_MS = 30_000;

/**
 * Send a whole answer, even to a client that is still sending its body.
 *
 * @param exchange.wasContinued - whether a client that waits for `100 Continue` was told to go on
 * @param answer.headers - with `connection: close` nothing is waited for: the client has stopped sending
 * @param answer.bytes - left out for HEAD, 204 and 304, which have no body
 */
export async function sendBytes(
  exchange: { message: IncomingMessage; response: ServerResponse; wasContinued: boolean },
  answer: { status: number; headers: OutgoingHttpHeaders; bytes: Buffer },
): Promise<void> {
  const { message, response } = exchange;
  const { status, bytes } = answer;
  const hasBody = message.method !== "HEAD" && status !== 204 && status !== 304;
  // A client that waits for 100 Continue and does not get it may or may not send its body: only a new
  // connection is safe.
  const isRefusedWhileWaiting = message.headers.expect !== undefined && !exchange.wasContinued;
  const isLast = isRefusedWhileWaiting || answer.headers.connection === "close";
  response.writeHead(status, {
    ...answer.headers,
    ...(hasBody ? { "content-length": bytes.length } : {}),
    ...(isLast ? { connection: "close" } : {}),
  });
  if (message.complete || isLast) {
    response.end(hasBody ? bytes : undefined);
    return;
  }
  // The client is still sending. Closing now would reset the connection, and many clients would never
  // see the answer: so give it out whole, take in what comes, and only then end.
  response.flushHeaders();
  if (hasBody && bytes.length > 0) response.write(bytes);
  if (!(await drainBody(message))) message.socket.destroy();
  response.end();
}

/**
 * Take in what a client still sends and nobody wants, for a while.
 *
 * @returns whether the body came to an end in time
 */
export async function drainBody(message: IncomingMessage): Promise<boolean> {
  const timer = new AbortController();
  const ended = new Promise<boolean>((resolve) => {
    message.once("end", () => resolve(true));
    message.once("error", () => resolve(false));
    message.once("close", () => resolve(message.complete));
    if (message.destroyed) resolve(message.complete);
  });
  message.resume();
  const late = sleep(DRAIN_MS, false, { signal: timer.signal }).catch(() => false);
  const isDrained = await Promise.race([ended, late]);
  timer.abort();
  return isDrained;
}
