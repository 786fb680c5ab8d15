import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";

interface Address {
  host: string;
  port: number;
}

/** What a connection holds back in one direction, at most: as a window of TCP does. */
const WINDOW_BYTES = 16 * 1024 ** 2;

/**
 * A way to a server that takes time: half of the round trip in each direction, and a whole one before a new
 * connection carries anything. It has no limit of bandwidth, and loses nothing.
 *
 * @returns to be closed with all its connections
 */
export async function openLatencyProxy(options: {
  listen: Address;
  target: Address;
  roundTripMs: number;
}): Promise<AsyncDisposable> {
  const { listen, target, roundTripMs } = options;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = createConnection({ ...target, allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    delay(near, far, { ms: roundTripMs / 2, connectedAtMs: performance.now() + roundTripMs });
    delay(far, near, { ms: roundTripMs / 2, connectedAtMs: 0 });
  });
  server.listen(listen.port, listen.host);
  await once(server, "listening");
  return { [Symbol.asyncDispose]: () => close(server, sockets) };
}

/** Carry what comes from one side to the other, each chunk when its time has come. */
function delay(from: Socket, to: Socket, { ms, connectedAtMs }: { ms: number; connectedAtMs: number }): void {
  const held: { chunk: Buffer | undefined; dueMs: number }[] = []; // undefined: the end
  let heldBytes = 0;
  let isWaiting = false;

  function hold(chunk: Buffer | undefined): void {
    held.push({ chunk, dueMs: Math.max(performance.now(), connectedAtMs) + ms });
    heldBytes += chunk?.length ?? 0;
    if (heldBytes >= WINDOW_BYTES) from.pause();
    if (!isWaiting) release();
  }

  function release(): void {
    isWaiting = false;
    for (let next = held[0]; next !== undefined && !to.destroyed; next = held[0]) {
      const waitMs = next.dueMs - performance.now();
      if (waitMs > 0) return wait((done) => setTimeout(done, waitMs));
      held.shift();
      if (next.chunk === undefined) return void to.end();
      heldBytes -= next.chunk.length;
      if (heldBytes < WINDOW_BYTES) from.resume();
      if (!to.write(next.chunk)) return wait((done) => to.once("drain", done));
    }
  }

  function wait(start: (done: () => void) => void): void {
    isWaiting = true;
    start(release);
  }

  from.on("data", hold);
  from.on("end", () => hold(undefined));
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  server.close();
  for (const socket of sockets) socket.destroy();
  await once(server, "close");
}
