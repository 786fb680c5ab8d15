import { writev } from "node:fs";
import type { Readable } from "node:stream";

/** Gathered before each write, so that 64 KiB chunks of a socket cost few system calls. */
const WRITE_BYTES = 512 * 1024;
/** Waiting for the disk; beyond it the socket is not read. */
const MAX_QUEUED_BYTES = 2 * 1024 ** 2;

/**
 * Copy a stream to a file with flat memory and without a promise per chunk.
 *
 * @param options.onChunk - sees every chunk once, in order
 * @returns bytes written; rejects when the stream ends early
 */
export function writeStream(options: {
  source: Readable;
  fd: number;
  onChunk: (chunk: Buffer) => void;
}): Promise<number> {
  const { source, fd, onChunk } = options;
  return new Promise((resolve, reject) => {
    let queue: Buffer[] = [];
    let queuedBytes = 0;
    let totalBytes = 0;
    let writing = false;
    let ended = false;
    let failure: Error | undefined;

    const advance = (): void => {
      if (writing) return; // the file must not be closed under a running write
      if (failure !== undefined) return reject(failure);
      if (queuedBytes >= WRITE_BYTES || (ended && queuedBytes > 0)) return writeQueue();
      if (ended) resolve(totalBytes);
    };
    const fail = (error: Error): void => {
      failure ??= error;
      advance();
    };
    const writeQueue = (): void => {
      const batch = queue;
      queue = [];
      queuedBytes = 0;
      writing = true;
      writeAll(fd, batch, (error) => {
        writing = false;
        if (error !== null) return fail(error);
        source.resume();
        advance();
      });
    };

    source.on("data", (chunk: Buffer) => {
      if (failure !== undefined) return;
      try {
        onChunk(chunk);
      } catch (error) {
        return fail(error instanceof Error ? error : new Error(String(error)));
      }
      totalBytes += chunk.length;
      queuedBytes += chunk.length;
      queue.push(chunk);
      advance();
      if (queuedBytes >= MAX_QUEUED_BYTES) source.pause();
    });
    source.once("end", () => {
      ended = true;
      advance();
    });
    source.once("error", fail);
    const onClose = (): void => {
      if (!ended) fail(new Error("the stream closed before its end"));
    };
    source.once("close", onClose);
    // The client may have gone while the file was opened: then no event comes any more.
    if (source.destroyed) onClose();
  });
}

/** `writev` may write less than it was given. */
function writeAll(fd: number, buffers: Buffer[], done: (error: Error | null) => void): void {
  writev(fd, buffers, (error, written) => {
    if (error !== null) return done(error);
    const rest = dropBytes(buffers, written);
    if (rest.length === 0) return done(null);
    writeAll(fd, rest, done);
  });
}

function dropBytes(buffers: Buffer[], count: number): Buffer[] {
  let left = count;
  let index = 0;
  for (const buffer of buffers) {
    if (buffer.length > left) break;
    left -= buffer.length;
    index += 1;
  }
  const [first, ...others] = buffers.slice(index);
  return first === undefined ? [] : [first.subarray(left), ...others];
}
