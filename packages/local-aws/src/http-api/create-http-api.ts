import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { type LoopbackServer, startLoopbackServer } from "../loopback-server.ts";
import { sendBytes } from "../send-bytes.ts";
import {
  checkCors,
  type HttpApiCors,
  isPreflight,
  toHttpApiCorsHeaders,
  withoutCorsHeaders,
} from "./http-api-cors.ts";
import { HttpApiError } from "./http-api-error.ts";
import { createJwtAuthorizer, type JwtAuthorizer, type JwtAuthorizerOptions } from "./jwt-authorizer.ts";
import { MAX_HEADER_BYTES, MAX_INTEGRATION_MS, MAX_PAYLOAD_BYTES } from "./limits.ts";
import { readLimitedBody } from "./read-limited-body.ts";
import { type HttpApiAnswer, toAnswer } from "./to-answer.ts";
import { type HttpApiEvent, toEvent, toEventHeaders } from "./to-event.ts";

export interface HttpApiOptions {
  /** 0 or absent: any free one. The host is always 127.0.0.1. */
  port?: number;
  /** The Lambda handler, already bound to its context. */
  invoke: (event: APIGatewayProxyEventV2) => Promise<unknown>;
  /** Asked for every route but those of `publicPaths`. */
  jwtAuthorizer?: JwtAuthorizerOptions;
  /** Of which a token needs one. */
  authorizationScopes?: (path: string) => readonly string[];
  publicPaths?: (path: string) => boolean;
  cors?: HttpApiCors;
  clock?: () => Date;
  /** One line per request that the gateway answers with an error of its own. */
  log?: (line: string) => void;
  timeoutMs?: number;
}

export type HttpApi = LoopbackServer;

/** API Gateway's HTTP API with a Lambda integration (payload format 2.0), on loopback. */
export async function createHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { cors, log = () => {}, clock = () => new Date() } = options;
  if (cors !== undefined) checkCors(cors);
  const authorizer = options.jwtAuthorizer && createJwtAuthorizer({ ...options.jwtAuthorizer, clock });
  return startLoopbackServer({
    port: options.port ?? 0,
    toBadRequest: toRawRefusal,
    async handle(message, response, sendContinue) {
      const requestId = randomBytes(11).toString("base64url");
      let wasContinued = false;
      const answer = await answerRequest(options, {
        message,
        requestId,
        authorizer,
        sendContinue() {
          wasContinued = true;
          sendContinue();
        },
      }).catch((error: unknown) => {
        const refusal = toRefusal(error);
        log(`${refusal.status} ${message.method} ${message.url?.replace(/\?.*/s, "")}: ${refusal.logNote}`);
        return toErrorAnswer(refusal);
      });
      const headers = {
        ...(cors === undefined ? answer.headers : withoutCorsHeaders(answer.headers)),
        ...(cors === undefined ? {} : toHttpApiCorsHeaders(message, cors)),
        "apigw-requestid": requestId,
      };
      await sendBytes({ message, response, wasContinued }, { ...answer, headers }).catch(() =>
        response.destroy(),
      );
    },
  });
}

async function answerRequest(
  options: HttpApiOptions,
  exchange: {
    message: IncomingMessage;
    requestId: string;
    authorizer: JwtAuthorizer | undefined;
    sendContinue: () => void;
  },
): Promise<HttpApiAnswer> {
  const { message, requestId, authorizer, sendContinue } = exchange;
  const { clock = () => new Date() } = options;
  checkHeaderBytes(message);
  if (options.cors !== undefined && isPreflight(message)) {
    return { status: 204, headers: {}, bytes: Buffer.alloc(0) };
  }
  const headers = toEventHeaders(message);
  const path = message.url?.replace(/\?.*/s, "") ?? "/";
  const jwt = options.publicPaths?.(path)
    ? undefined
    : await authorizer?.(headers, options.authorizationScopes?.(path) ?? []);
  const body = await readLimitedBody(message, sendContinue);
  const event = toEvent({ message, headers, body, jwt, requestId, now: clock() });
  return toAnswer(await invoke(options, event));
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
function checkHeaderBytes({ method, url, rawHeaders }: IncomingMessage): void {
  const requestLine = `${method} ${url} HTTP/1.1\r\n`;
  // Each text is followed by ": " or CRLF.
  const headerBytes = rawHeaders.reduce((total, text) => total + text.length + 2, requestLine.length);
  if (headerBytes > MAX_HEADER_BYTES) {
    throw new HttpApiError(431, `request line and headers take ${headerBytes} bytes`);
  }
}

/** The event and the result cross a process boundary at AWS, as JSON; so they do here. */
async function invoke(options: HttpApiOptions, event: HttpApiEvent): Promise<unknown> {
  const text = JSON.stringify(event);
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    throw new HttpApiError(413, `the event is larger than Lambda's ${MAX_PAYLOAD_BYTES} bytes`);
  }
  const received: APIGatewayProxyEventV2 = JSON.parse(text);
  const timeoutMs = options.timeoutMs ?? MAX_INTEGRATION_MS;
  const timer = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new HttpApiError(503, `the function took longer than ${timeoutMs} ms`);
  });
  late.catch(() => {}); // the timer is stopped when the function was quicker
  try {
    return await Promise.race([options.invoke(received), late]);
  } finally {
    timer.abort();
  }
}

function toRefusal(error: unknown): HttpApiError {
  if (error instanceof HttpApiError) return error;
  const note = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new HttpApiError(500, `the function threw ${note}`, { cause: error });
}

function toErrorAnswer({ status, message, challenge }: HttpApiError): HttpApiAnswer {
  return {
    status,
    headers: {
      "content-type": "application/json",
      ...(challenge === undefined ? {} : { "www-authenticate": challenge }),
    },
    bytes: Buffer.from(JSON.stringify({ message })),
  };
}

function toRawRefusal(error: Error): string {
  const isHeaderOverflow = "code" in error && error.code === "HPE_HEADER_OVERFLOW";
  const refusal = new HttpApiError(isHeaderOverflow ? 431 : 400, "not HTTP");
  const { bytes } = toErrorAnswer(refusal);
  return `HTTP/1.1 ${refusal.status} ${refusal.message}\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\nconnection: close\r\n\r\n${bytes.toString()}`;
}
