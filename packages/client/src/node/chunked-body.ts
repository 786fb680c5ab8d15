import { WaybillError } from "@waybill/core";
import type { Connection } from "./connection.ts";

const MAX_LINE_BYTES = 1024;

/**
 * Fill buffers from a body that comes in chunks: like `Connection.read`, it may be called ahead.
 *
 * @returns how many bytes there are: fewer only when the body, or the connection, has ended
 * @throws {WaybillError} `STORAGE_UNREACHABLE` for what is no chunk
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export function readingChunks(connection: Connection): (into: Uint8Array) => Promise<number> {
  let left: number | undefined; // of the present chunk; undefined: none has begun
  let isOver = false;
  let before: Promise<unknown> = Promise.resolve();

  async function nextChunk(): Promise<number> {
    const end =
      left === undefined ? "" : (await connection.readUntil("\r\n", MAX_LINE_BYTES)).toString("latin1");
    if (left !== undefined && end !== "\r\n") throw broken(end);
    const line = (await connection.readUntil("\r\n", MAX_LINE_BYTES)).toString("latin1");
    const [, size] = /^([\da-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r\n$/i.exec(line) ?? [];
    if (size === undefined) throw broken(line);
    return Number.parseInt(size, 16);
  }

  async function fill(into: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < into.length && !isOver) {
      if (left === undefined || left === 0) left = await nextChunk();
      isOver = left === 0;
      const wanted = into.subarray(filled, filled + left);
      const byteCount = await connection.read(wanted);
      filled += byteCount;
      left -= byteCount;
      if (byteCount < wanted.length) break;
    }
    return filled;
  }

  return (into) => {
    const filled = before.then(() => fill(into));
    before = filled.catch(() => {}); // whoever asked is told
    return filled;
  };
}

function broken(text: string): WaybillError {
  const why = text.endsWith("\r\n") ? "a chunk cannot be read" : "the connection ended between two chunks";
  return new WaybillError("STORAGE_UNREACHABLE", `The store's answer is not whole: ${why}.`);
}
