import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { type HttpApiCors, isPreflight, toHttpApiCorsHeaders } from "../http-api/http-api-cors.ts";
import { HttpApiError } from "../http-api/http-api-error.ts";
import { MAX_PAYLOAD_BYTES } from "../http-api/limits.ts";
import { readLimitedBody } from "../http-api/read-limited-body.ts";
import { toEvent, toEventHeaders } from "../http-api/to-event.ts";
import { type LoopbackServer, startLoopbackServer } from "../loopback-server.ts";
import { drainBody, sendBytes } from "../send-bytes.ts";
import { isStreamingHandler } from "./aws-lambda-global.ts";
import { MAX_FUNCTION_MS } from "./limits.ts";
import { createAnswerStream } from "./stream-answer.ts";

export interface FunctionUrlOptions {
  /** 0 or absent: any free one. The host is always 127.0.0.1. */
  port?: number;
  /** What `awslambda.streamifyResponse` has made; any other is refused, as its answers would not be streamed. */
  handler: unknown;
  /** The handler's last argument. */
  context: () => Context;
  cors?: HttpApiCors;
  clock?: () => Date;
  /** One line per request that the function did not answer whole. */
  log?: (line: string) => void;
  timeoutMs?: number;
}

export type FunctionUrl = LoopbackServer;

/**
 * A Lambda Function URL on loopback: auth type NONE, invoke mode RESPONSE_STREAM, payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function createFunctionUrl(options: FunctionUrlOptions): Promise<FunctionUrl> {
  const { handler, cors, log = () => {} } = options;
  if (!isStreamingHandler(handler)) throw new Error("The handler does not stream its response.");
  return startLoopbackServer({
    port: options.port ?? 0,
    toBadRequest: () => "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    async handle(message, response, sendContinue) {
      const requestId = randomBytes(16).toString("hex");
      const further = {
        ...(cors === undefined ? {} : toHttpApiCorsHeaders(message, cors)),
        "x-amzn-requestid": requestId,
      };
      let wasContinued = false;
      const goOn = () => {
        wasContinued = true;
        sendContinue();
      };
      try {
        if (cors !== undefined && isPreflight(message)) {
          const empty = { status: 200, headers: further, bytes: Buffer.alloc(0) };
          await sendBytes({ message, response, wasContinued }, empty);
        } else {
          const event = await readEvent(message, { goOn, requestId, now: options.clock?.() ?? new Date() });
          const stream = createAnswerStream(response, { withBody: message.method !== "HEAD", further });
          await inTime(
            options.timeoutMs ?? MAX_FUNCTION_MS,
            Promise.all([handler(event, stream, options.context()), finished(stream)]),
          );
          await end(message, response);
        }
      } catch (error) {
        const why = error instanceof HttpApiError ? error.logNote : String(error);
        log(`${message.method} ${message.url?.replace(/\?.*/s, "")}: ${why}`);
        // What has begun cannot be taken back; that it breaks off is what tells its reader.
        if (response.headersSent) return void response.destroy();
        const status = error instanceof HttpApiError && error.status < 500 ? error.status : 502;
        const said =
          error instanceof HttpApiError && error.status < 500 ? error.message : "Internal Server Error";
        const bytes = Buffer.from(JSON.stringify({ Message: said }));
        const headers = { "content-type": "application/json", ...further };
        await sendBytes({ message, response, wasContinued }, { status, headers, bytes }).catch(() =>
          response.destroy(),
        );
      }
    },
  });
}

/** Through JSON, as it crosses a process boundary at AWS. */
async function readEvent(
  message: IncomingMessage,
  { goOn, requestId, now }: { goOn: () => void; requestId: string; now: Date },
): Promise<unknown> {
  const body = await readLimitedBody(message, goOn);
  const headers = toEventHeaders(message);
  const text = JSON.stringify(toEvent({ message, headers, body, jwt: undefined, requestId, now }));
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES)
    throw new HttpApiError(413, `the event is larger than Lambda's ${MAX_PAYLOAD_BYTES} bytes`);
  return JSON.parse(text);
}

async function inTime(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`the function took longer than ${timeoutMs} ms`);
  });
  late.catch(() => {}); // the timer is stopped when the function was quicker
  try {
    await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

async function end(message: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!response.headersSent) throw new Error("the function wrote nothing, and so no status");
  if (!message.complete) await drainBody(message);
  response.end();
  if (!response.writableFinished) await Promise.race([once(response, "finish"), once(response, "close")]);
}
