import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** A connection to a store, of which bytes are read straight into the buffers that they are wanted in. */
export interface Connection {
  write(text: string): void;
  /**
   * Fill a buffer. May be called ahead, so that one is being filled while another is dealt with.
   *
   * @returns how many bytes there are: fewer only when the connection has ended
   */
  read(into: Uint8Array): Promise<number>;
  /** What comes up to and with `marker`; without it when `maxBytes` or the connection end before. */
  readUntil(marker: string, maxBytes: number): Promise<Buffer>;
  /**
   * Until the next `write` nothing may come: a byte, or the other side's end, closes it at once. It
   * keeps no process alive meanwhile.
   */
  rest(): void;
  /** Neither ended nor broken. */
  isOpen(): boolean;
  /** Why it broke, if it did. */
  cause(): Error | undefined;
  destroy(): void;
}

/** The most that arrives at once when no buffer waits: a head, and what comes right behind it. */
const SPARE_READ_BYTES = 64 * 1024;
/** As much again comes when nobody has asked: TLS had decrypted it already. */
const SPARE_BYTES = 2 * SPARE_READ_BYTES;

interface Target {
  bytes: Uint8Array;
  filled: number;
  resolve: (filled: number) => void;
}

/**
 * Connect, without a wait: what is written goes out as soon as it can.
 *
 * Node's streams allocate each 64 KiB that they read and pass it through events; with `onread` the
 * kernel, or TLS, writes into a buffer of ours. That halves the processor's time per byte.
 *
 * @param onBytes - told of all that arrives, whatever it is
 * @see https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
 */
export function openConnection(url: URL, onBytes: (byteCount: number) => void): Connection {
  const spare = Buffer.allocUnsafeSlow(SPARE_BYTES);
  let taken = 0; // of `spare`: [taken, held) was not asked for yet
  let held = 0;
  const targets: Target[] = [];
  let landing: Target | undefined; // where the next bytes go; undefined: into `spare`
  let wake: (() => void) | undefined; // whoever waits for more in `spare`
  let state: "open" | "resting" | "closed" = "open";
  let cause: Error | undefined;

  const socket = connect(url, {
    buffer() {
      landing = targets[0];
      if (landing !== undefined) return landing.bytes.subarray(landing.filled);
      return spare.subarray(held, held + SPARE_READ_BYTES);
    },
    callback(byteCount) {
      onBytes(byteCount);
      if (landing === undefined) held += byteCount;
      else landing.filled += byteCount;
      if (state === "resting") return fail("The store sent what nobody asked for.");
      settle();
      wake?.();
      wake = undefined;
      // Only here, as the place behind `held` has been given away until the next bytes have come.
      spare.copyWithin(0, taken, held);
      held -= taken;
      taken = 0;
      if (held === spare.length) return fail("The store sends more than it was asked for.");
      return targets.length > 0;
    },
  });
  socket.on("error", (error) => {
    cause = error;
  });
  socket.on("end", close);
  socket.on("close", close);

  /** Pour what is spare into the buffers that wait, and let go of those that are full. */
  function settle(): void {
    for (let target = targets[0]; target !== undefined; target = targets[0]) {
      const poured = spare.subarray(taken, Math.min(held, taken + target.bytes.length - target.filled));
      target.bytes.set(poured, target.filled);
      target.filled += poured.length;
      taken += poured.length;
      if (target.filled < target.bytes.length) return;
      targets.shift();
      target.resolve(target.filled);
    }
  }

  function close(): void {
    state = "closed";
    for (const target of targets.splice(0)) target.resolve(target.filled);
    wake?.();
  }

  function fail(message: string): false {
    socket.destroy(new Error(message));
    close();
    return false;
  }

  return {
    write(text) {
      state = state === "resting" ? "open" : state;
      socket.ref();
      socket.write(text, "latin1");
    },
    read(into) {
      return new Promise((resolve) => {
        targets.push({ bytes: into, filled: 0, resolve });
        settle();
        if (state === "closed") close();
        else if (targets.length > 0) socket.resume();
      });
    },
    async readUntil(marker, maxBytes) {
      for (;;) {
        const found = spare.subarray(taken, held).indexOf(marker);
        const size = found < 0 ? held - taken : found + marker.length;
        if (found >= 0 || size >= maxBytes || state === "closed") {
          const bytes = Buffer.from(spare.subarray(taken, taken + size));
          taken += size;
          return bytes;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          socket.resume();
        });
      }
    },
    rest() {
      if (state !== "open") return;
      if (taken < held) return void fail("The store sent what nobody asked for.");
      state = "resting";
      socket.unref();
      socket.resume();
    },
    isOpen: () => state !== "closed",
    cause: () => cause,
    destroy() {
      socket.destroy();
      close();
    },
  };
}

function connect(url: URL, onread: OnReadOpts): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol !== "https:") {
    return connectTcp({ host, port: Number(url.port || 80), noDelay: true, onread });
  }
  // A TLS socket takes `onread` as any other does; only its types do not say so.
  const options = {
    host,
    port: Number(url.port || 443),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: ["http/1.1"],
    onread,
  };
  return connectTls(options);
}
