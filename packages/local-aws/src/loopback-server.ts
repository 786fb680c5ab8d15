import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** Never rejects: it answers every request, or destroys the response. */
export type RequestHandler = (
  message: IncomingMessage,
  response: ServerResponse,
  /** For a client that waits for `100 Continue`; nothing for any other. */
  sendContinue: () => void,
) => Promise<void>;

export interface LoopbackServer extends AsyncDisposable {
  endpoint: string;
  port: number;
  /** Take no new request, give running ones a moment, then end them. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const IDLE_MS = 60_000;
const KEEP_ALIVE_MS = 30_000;
const CLOSE_GRACE_MS = 2000;

/**
 * An HTTP server that only this machine can reach.
 *
 * @param options.idleMs - a socket on which nothing moves for so long is closed: nothing hangs. A minute by
 *   default. A handler that listens for `timeout` of its message is asked first
 * @param options.maxHeaderBytes - of request line and headers; what is larger never reaches the handler. Node's 16 KiB by
 *   default
 * @param options.toBadRequest - the raw answer to what is not HTTP at all
 * @throws the error of `listen`, such as EADDRINUSE, as it is
 */
export async function startLoopbackServer(options: {
  port: number;
  handle: RequestHandler;
  toBadRequest: (error: Error) => string;
  idleMs?: number | undefined;
  maxHeaderBytes?: number;
}): Promise<LoopbackServer> {
  const running = new Map<Promise<void>, Duplex>();
  const server = createServer({
    requireHostHeader: false, // its absence is the handler's to answer
    requestTimeout: 0, // of the whole request: a large body may take its time
    keepAliveTimeout: KEEP_ALIVE_MS,
    noDelay: true,
    ...(options.maxHeaderBytes === undefined ? {} : { maxHeaderSize: options.maxHeaderBytes }),
  });
  server.timeout = options.idleMs ?? IDLE_MS;

  const serve = (message: IncomingMessage, response: ServerResponse, sendContinue: () => void): void => {
    const run = options.handle(message, response, sendContinue).finally(() => running.delete(run));
    running.set(run, message.socket);
    // A connection that was busy when `close` began must not linger as an idle one.
    response.once("close", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  };
  server.on("request", (message, response) => serve(message, response, () => {}));
  server.on("checkExpectation", (message, response) => serve(message, response, () => {}));
  server.on("checkContinue", (message, response) => serve(message, response, () => response.writeContinue()));
  server.on("clientError", (error, socket) => {
    // Text in the middle of another answer would pass for its bytes.
    const isBusy = [...running.values()].includes(socket);
    if (isBusy || !socket.writable) return void socket.destroy();
    socket.end(options.toBadRequest(error));
  });

  const port = await listen(server, options.port);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeServer(server, running));
  return { endpoint: `http://${HOST}:${port}`, port, close, [Symbol.asyncDispose]: close };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

async function closeServer(server: Server, running: ReadonlyMap<Promise<void>, Duplex>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await settledOrLate(closed, CLOSE_GRACE_MS);
  server.closeAllConnections();
  await closed;
  // Their sockets are gone, so what still runs has only to notice.
  await settledOrLate(Promise.all(running.keys()), CLOSE_GRACE_MS);
}

async function settledOrLate(work: Promise<unknown>, ms: number): Promise<void> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).catch(() => {});
  await Promise.race([work, late]);
  timer.abort();
}
