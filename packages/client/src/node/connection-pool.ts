import { openConnection, type Connection } from "./connection.ts";

/** Stores close idle connections after some seconds; a request on one that is about to go is lost. */
const IDLE_MS = 4000;
const MAX_IDLE = 32;

/** A connection with nobody else on it, for one request and its answer. */
export interface Lease {
  connection: Connection;
  /** Whether it has served another request before, so that it may have been closed just now. */
  reused: boolean;
  /** Call when the answer was read to its end; otherwise destroy the connection. */
  giveBack(): void;
}

export interface ConnectionPool {
  /** @param onBytes - told of all that arrives while it is leased */
  lease(url: URL, onBytes: (byteCount: number) => void): Lease;
  /** Closes the idle ones; those that are leased are their holders' affair. */
  close(): void;
}

interface Pooled {
  connection: Connection;
  /** Whom the present holder wants to be told. */
  holder: { onBytes: (byteCount: number) => void };
  /** Closes it when it is idle for too long. */
  timer?: NodeJS.Timeout;
}

/** Connections that are kept open between requests, by origin. */
export function createConnectionPool(): ConnectionPool {
  const idle = new Map<string, Pooled[]>();

  function takeIdle(origin: string): Pooled | undefined {
    const pooled = idle.get(origin) ?? [];
    for (let last = pooled.pop(); last !== undefined; last = pooled.pop()) {
      clearTimeout(last.timer);
      if (last.connection.isOpen()) return last;
    }
    return undefined;
  }

  function giveBack(origin: string, pooled: Pooled): void {
    const { connection } = pooled;
    const others = (idle.get(origin) ?? []).filter((other) => other.connection.isOpen());
    connection.rest();
    if (!connection.isOpen() || others.length >= MAX_IDLE) return connection.destroy();
    pooled.timer = setTimeout(() => connection.destroy(), IDLE_MS).unref();
    idle.set(origin, [...others, pooled]);
  }

  return {
    lease(url, onBytes) {
      const { origin } = url;
      const kept = takeIdle(origin);
      const pooled = kept ?? create(url);
      pooled.holder.onBytes = onBytes;
      return {
        connection: pooled.connection,
        reused: kept !== undefined,
        giveBack: () => giveBack(origin, pooled),
      };
    },
    close() {
      for (const { connection, timer } of [...idle.values()].flat()) {
        clearTimeout(timer);
        connection.destroy();
      }
      idle.clear();
    },
  };
}

function create(url: URL): Pooled {
  const holder: Pooled["holder"] = { onBytes: () => {} };
  return { holder, connection: openConnection(url, (byteCount) => holder.onBytes(byteCount)) };
}
