import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { failWhenStalled } from "./fail-when-stalled.ts";

/** The body of a request, not asked for until an operation wants it. */
export interface RequestBody {
  /** Content-Length; `undefined` when the client sent none. */
  declaredBytes: number | undefined;
  /** Whether there is anything to read: a length over zero, or chunks. */
  isPresent: boolean;
  /**
   * Tell a client that waits for `100 Continue` to go on, and hand out its bytes. Once. Reading fails with
   * `RequestTimeout` when nothing comes for too long.
   */
  open(): Readable;
  /** Whether `open` was called. */
  isOpen(): boolean;
  /** What came behind the bytes of a chunked payload: complete when `open`'s stream has ended. */
  trailers(): ReadonlyMap<string, string>;
}

const NO_TRAILERS: ReadonlyMap<string, string> = new Map(); // those of HTTP itself S3 does not know

export function toRequestBody(message: IncomingMessage, sendContinue: () => void): RequestBody {
  const length = message.headers["content-length"];
  const declaredBytes = length === undefined ? undefined : Number(length);
  let opened = false;
  return {
    declaredBytes,
    isPresent: (declaredBytes ?? 0) > 0 || message.headers["transfer-encoding"] !== undefined,
    open() {
      if (!opened) {
        failWhenStalled(message);
        sendContinue();
      }
      opened = true;
      return message;
    },
    isOpen: () => opened,
    trailers: () => NO_TRAILERS,
  };
}
