import type { ServerResponse } from "node:http";
import { HttpApiError } from "../http-api/http-api-error.ts";
import { MAX_STREAMED_BYTES } from "./limits.ts";
import { createPreludeReader, type Prelude } from "./prelude.ts";
import { INTEGRATION_RESPONSE, ResponseStream } from "./response-stream.ts";

/** What the URL sets itself: it sends what is streamed in chunks, and how long that will be nobody has promised. */
const DROPPED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

/**
 * The stream that a function answers with, passed on as it comes: no faster than its reader takes it.
 *
 * @param options.further - headers of the URL's own
 */
export function createAnswerStream(
  response: ServerResponse,
  options: { withBody: boolean; further: Record<string, string | string[]> },
): ResponseStream {
  const readPrelude = createPreludeReader();
  let streamedBytes = 0;

  const stream = new ResponseStream(async (bytes) => {
    streamedBytes += bytes.length;
    if (streamedBytes > MAX_STREAMED_BYTES)
      throw new HttpApiError(500, `the response is larger than ${MAX_STREAMED_BYTES} bytes`);
    if (response.headersSent) return pass(bytes);
    if (stream.contentType !== INTEGRATION_RESPONSE) {
      sendHead({ statusCode: 200, headers: { "content-type": stream.contentType }, cookies: [] });
      return pass(bytes);
    }
    const read = readPrelude(bytes);
    if (read === undefined) return undefined;
    sendHead(read.prelude);
    return pass(read.rest);
  });

  function sendHead({ statusCode, headers, cookies }: Prelude): void {
    const own = Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
      .filter(([name]) => !DROPPED_HEADERS.has(name));
    response.writeHead(statusCode, {
      ...Object.fromEntries(own),
      ...(cookies.length === 0 ? {} : { "set-cookie": cookies }),
      ...options.further,
    });
    response.flushHeaders();
  }

  async function pass(bytes: Buffer): Promise<void> {
    if (!options.withBody || bytes.length === 0) return;
    await new Promise<void>((resolve, reject) =>
      response.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
  }

  response.once("close", () => {
    if (!response.writableFinished) stream.destroy(new Error("the client has gone"));
  });
  return stream;
}
