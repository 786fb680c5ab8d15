import type { Context } from "aws-lambda";
import { INTEGRATION_RESPONSE, type ResponseStream } from "./response-stream.ts";

/** How the runtime knows a handler that streams. */
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");

export type StreamingHandler = (event: unknown, stream: ResponseStream, context: Context) => Promise<unknown>;

const SEPARATOR = Buffer.alloc(8);

/**
 * The global `awslambda` of Lambda's Node runtime, without which no module that streams can be loaded.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
export function installAwsLambdaGlobal(): void {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (handler: StreamingHandler) => Object.assign(handler, { [STREAMING]: "response" }),
      HttpResponseStream: {
        from(stream: ResponseStream, metadata: unknown): ResponseStream {
          stream.setContentType(INTEGRATION_RESPONSE);
          stream.beforeFirstWrite = Buffer.concat([Buffer.from(JSON.stringify(metadata)), SEPARATOR]);
          return stream;
        },
      },
    },
  });
}

export function isStreamingHandler(handler: unknown): handler is StreamingHandler {
  return typeof handler === "function" && STREAMING in handler;
}
