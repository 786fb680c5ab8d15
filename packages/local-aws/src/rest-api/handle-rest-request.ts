import type { Agent, IncomingMessage } from "node:http";
import { readUpTo } from "../read-up-to.ts";
import { convertPayload, isBinaryType } from "./convert-payload.ts";
import type { RestApiOptions } from "./create-rest-api.ts";
import { GatewayError } from "./gateway-error.ts";
import type { RestAnswer } from "./gateway-response.ts";
import { type Invocation, requestValue } from "./invocation.ts";
import { MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES } from "./limits.ts";
import type { MockIntegration, RestDefinition, RestMethod, S3Integration } from "./rest-definition.ts";
import { lastValue, readRestRequest } from "./rest-request.ts";
import { routeRequest } from "./route-request.ts";
import { createAuthorizers } from "./run-authorizer.ts";
import { toS3Request } from "./s3-request.ts";
import { type S3Answer, sendToS3 } from "./send-to-s3.ts";
import { toMethodAnswer } from "./to-method-answer.ts";

export type RestHandler = (exchange: {
  message: IncomingMessage;
  requestId: string;
  sendContinue: () => void;
}) => Promise<RestAnswer>;

/** Method request, integration request, integration response, method response. */
export function createHandler(
  options: Pick<RestApiOptions, "s3Endpoint" | "assumeRole" | "invokeAuthorizer"> & {
    definition: RestDefinition;
    agent: Agent;
    stage: string;
    region: string;
    clock: () => Date;
  },
): RestHandler {
  const { definition, stage, region, clock } = options;
  const authorize = createAuthorizers({ region, invoke: options.invokeAuthorizer });

  return async ({ message, requestId, sendContinue }) => {
    checkSizes(message);
    const request = readRestRequest(message, stage);
    const routed = routeRequest(definition.resources, request.method, request.path);
    const asked = { request, routed, requestId, stage, now: clock(), authorizer: new Map<string, string>() };
    const { method } = routed;
    const authorizer = method.authorizer && (await authorize(method.authorizer, asked));
    const invocation: Invocation = { ...asked, authorizer: authorizer ?? asked.authorizer };
    checkParameters(method, invocation);
    const body = await readBody(message, sendContinue);
    const answer = await integrate(method.integration, invocation, body);
    return toMethodAnswer(answer, { responses: method.integration.responses, invocation, definition });
  };

  async function integrate(
    integration: S3Integration | MockIntegration,
    invocation: Invocation,
    body: Buffer,
  ): Promise<S3Answer> {
    const { headers } = invocation.request;
    const contentType = lastValue(headers, "Content-Type") ?? lastValue(headers, "content-type");
    const isBinary = isBinaryType(contentType, definition.binaryMediaTypes);
    const { contentHandling: handling } = integration;
    if (integration.kind === "mock") {
      // Its template needs text, and gets none of a binary body, be it an empty one.
      if (isBinary && handling !== "CONVERT_TO_TEXT") {
        throw new GatewayError("API_CONFIGURATION_ERROR", "the template of a mock got a binary body");
      }
      return { status: integration.status, headers: [], bytes: Buffer.alloc(0) };
    }
    const payload = convertPayload(body, { isBinary, wantsBinary: isBinary, handling });
    return sendToS3(toS3Request(integration, invocation, payload), {
      endpoint: options.s3Endpoint,
      region: integration.region,
      credentials: await options.assumeRole(integration.roleArn),
      agent: options.agent,
      timeoutMs: integration.timeoutMs,
      now: clock(),
    });
  }
}

function checkSizes({ method, url, rawHeaders, headers }: IncomingMessage): void {
  const requestLine = `${method} ${url} HTTP/1.1\r\n`;
  // Each text is followed by ": " or CRLF.
  const headerBytes = rawHeaders.reduce((total, text) => total + text.length + 2, requestLine.length);
  if (headerBytes > MAX_HEADER_BYTES) {
    throw new GatewayError("HEADERS_TOO_LARGE", `request line and headers take ${headerBytes} bytes`);
  }
  if (Number(headers["content-length"] ?? 0) > MAX_PAYLOAD_BYTES) throw tooLarge();
}

function checkParameters({ required }: RestMethod, invocation: Invocation): void {
  const missing = required.filter(({ place, name }) => requestValue(place, name, invocation) === undefined);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new GatewayError("BAD_REQUEST_PARAMETERS", `missing ${names}`, {
    message: `Missing required request parameters: [${names}]`,
  });
}

async function readBody(message: IncomingMessage, sendContinue: () => void): Promise<Buffer> {
  const body = await readUpTo(MAX_PAYLOAD_BYTES, { message, sendContinue });
  if (body === "too-large") throw tooLarge();
  if (body === "cut-short") throw new GatewayError("BAD_REQUEST", "the body ended early");
  return body;
}

function tooLarge(): GatewayError {
  return new GatewayError("REQUEST_TOO_LARGE", `the body is larger than ${MAX_PAYLOAD_BYTES} bytes`);
}
