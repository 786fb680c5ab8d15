import type { IncomingMessage } from "node:http";
import { readUpTo } from "../read-up-to.ts";
import { HttpApiError } from "./http-api-error.ts";
import { MAX_BODY_BYTES } from "./limits.ts";

/**
 * Read a body into memory, and no further than the gateway's limit.
 *
 * @throws {HttpApiError} 413, or 400 when the client goes away
 */
export async function readLimitedBody(message: IncomingMessage, sendContinue: () => void): Promise<Buffer> {
  const body = await readUpTo(MAX_BODY_BYTES, { message, sendContinue });
  if (body === "too-large") throw new HttpApiError(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
  if (body === "cut-short") throw new HttpApiError(400, "the body ended early");
  return body;
}
