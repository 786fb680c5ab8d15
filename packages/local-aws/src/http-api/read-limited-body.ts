import type { IncomingMessage } from "node:http";
import { HttpApiError } from "./http-api-error.ts";
import { MAX_BODY_BYTES } from "./limits.ts";

/**
 * Read a body into memory, and no further than the gateway's limit.
 *
 * @throws {HttpApiError} 413, or 400 when the client goes away
 */
export async function readLimitedBody(message: IncomingMessage, sendContinue: () => void): Promise<Buffer> {
  const tooLarge = new HttpApiError(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
  if (Number(message.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw tooLarge;
  sendContinue();
  const kept: Buffer[] = [];
  let sizeBytes = 0;
  // Stopping early must not destroy the connection, which still has to carry the answer.
  const chunks: AsyncIterable<Buffer> = message.iterator({ destroyOnReturn: false });
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_BODY_BYTES) throw tooLarge;
      kept.push(chunk);
    }
  } catch (error) {
    if (error === tooLarge) throw tooLarge;
    throw new HttpApiError(400, "the body ended early", error);
  }
  return Buffer.concat(kept);
}
