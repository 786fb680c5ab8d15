import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { CloudFrontError } from "../cloudfront-error.ts";
import { MAX_BODY_BYTES } from "../limits.ts";

/**
 * The body of a viewer's request, chunk by chunk as it is asked for. Who stops asking leaves the rest to be drained.
 *
 * @param sendContinue - to a client that waits for `100 Continue`, once the first chunk is wanted
 * @throws {CloudFrontError} 413 when it grows beyond CloudFront's limit
 */
export async function* readViewerBody(
  message: IncomingMessage,
  sendContinue: () => void,
): AsyncGenerator<Buffer> {
  sendContinue();
  let sizeBytes = 0;
  for (;;) {
    const chunk: unknown = message.read();
    if (chunk instanceof Buffer) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_BODY_BYTES) throw tooLarge();
      yield chunk;
    } else if (message.readableEnded) {
      return;
    } else {
      await readableOrEnded(message);
    }
  }
}

/** @throws {CloudFrontError} 403 for GET with a body, 413 for one that is too large */
export function checkBody({ method, headers }: IncomingMessage): void {
  const sizeBytes = Number(headers["content-length"] ?? 0);
  if (method === "GET" && (sizeBytes > 0 || headers["transfer-encoding"] !== undefined)) {
    throw new CloudFrontError(403, { message: "Bad request.", logNote: "GET with a body" });
  }
  if (sizeBytes > MAX_BODY_BYTES) throw tooLarge();
}

function tooLarge(): CloudFrontError {
  return new CloudFrontError(413, {
    message: "The request is larger than CloudFront takes.",
    logNote: `the body is larger than ${MAX_BODY_BYTES} bytes`,
    isLast: true,
  });
}

async function readableOrEnded(message: IncomingMessage): Promise<void> {
  if (message.destroyed) throw new Error("the viewer went away");
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race(["readable", "end", "close"].map((event) => once(message, event, { signal })));
  } finally {
    waiting.abort();
  }
}
