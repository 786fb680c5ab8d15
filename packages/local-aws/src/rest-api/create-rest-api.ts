import { randomUUID } from "node:crypto";
import { Agent, type IncomingMessage } from "node:http";
import type { Credentials } from "../identity/credentials.ts";
import { type LoopbackServer, startLoopbackServer } from "../loopback-server.ts";
import { sendBytes } from "../send-bytes.ts";
import { GatewayError } from "./gateway-error.ts";
import { type RestAnswer, toGatewayAnswer } from "./gateway-response.ts";
import { createHandler, type RestHandler } from "./handle-rest-request.ts";
import { readDefinition } from "./read-definition.ts";
import type { InvokeAuthorizer } from "./run-authorizer.ts";

export interface RestApiOptions {
  /** 0 or absent: any free one. The host is always 127.0.0.1. */
  port?: number;
  /** OpenAPI 3.0 with the extensions of API Gateway, as it would be imported. */
  definition: unknown;
  /** The first segment of every path; `prod` if absent. */
  stage?: string;
  /** Of the API: it is in the ARNs of methods. */
  region?: string;
  /** Of S3, with the bucket in the path. */
  s3Endpoint: string;
  /** What the gateway does with the role of an integration. It is asked for each request: keep what is good still. */
  assumeRole: (roleArn: string) => Promise<Credentials>;
  /** The handlers of Lambda authorizers, already bound to their context. */
  invokeAuthorizer: InvokeAuthorizer;
  clock?: () => Date;
  /** One line per request that the gateway answers with an error of its own. */
  log?: (line: string) => void;
}

/** `endpoint` includes the stage. */
export type RestApi = LoopbackServer;

/**
 * API Gateway's REST API with integrations of S3, on loopback. It executes the document that it is given, and
 * refuses one with anything in it that it does not know.
 *
 * @throws {Error} that says what is wrong with the document; the error of `listen` as it is
 */
export async function createRestApi(options: RestApiOptions): Promise<RestApi> {
  const { stage = "prod", region = "us-east-1", log = () => {}, clock = () => new Date() } = options;
  const definition = readDefinition(options.definition);
  const agent = new Agent({ keepAlive: true });
  const handle = createHandler({ ...options, definition, agent, stage, region, clock });
  const server = await startLoopbackServer({
    port: options.port ?? 0,
    toBadRequest: toRawRefusal,
    async handle(message, response, sendContinue) {
      const requestId = randomUUID();
      let wasContinued = false;
      const answer = await answerRequest(handle, {
        message,
        requestId,
        sendContinue() {
          wasContinued = true;
          sendContinue();
        },
      }).catch((error: GatewayError) => {
        log(`${error.status} ${message.method} ${message.url?.replace(/\?.*/s, "")}: ${error.logNote}`);
        return toGatewayAnswer(error, definition.gatewayResponses);
      });
      const headers = { ...answer.headers, "x-amzn-requestid": requestId, "x-amz-apigw-id": requestId };
      await sendBytes({ message, response, wasContinued }, { ...answer, headers }).catch(() =>
        response.destroy(),
      );
    },
  });
  const close = async (): Promise<void> => {
    await server.close();
    agent.destroy();
  };
  return { endpoint: `${server.endpoint}/${stage}`, port: server.port, close, [Symbol.asyncDispose]: close };
}

/** @throws {GatewayError} and nothing else */
async function answerRequest(
  handle: RestHandler,
  exchange: { message: IncomingMessage; requestId: string; sendContinue: () => void },
): Promise<RestAnswer> {
  try {
    return await handle(exchange);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const note = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new GatewayError("API_CONFIGURATION_ERROR", note, { cause: error });
  }
}

function toRawRefusal(error: Error): string {
  const isHeaderOverflow = "code" in error && error.code === "HPE_HEADER_OVERFLOW";
  const refusal = new GatewayError(isHeaderOverflow ? "HEADERS_TOO_LARGE" : "BAD_REQUEST", "not HTTP");
  const { status, bytes } = toGatewayAnswer(refusal, {});
  return `HTTP/1.1 ${status} ${refusal.message}\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\nconnection: close\r\n\r\n${bytes.toString()}`;
}
