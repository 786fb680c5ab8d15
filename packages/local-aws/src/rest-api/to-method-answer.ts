import { validateHeaderValue } from "node:http";
import { convertPayload, isBinaryType } from "./convert-payload.ts";
import { GatewayError } from "./gateway-error.ts";
import type { RestAnswer } from "./gateway-response.ts";
import { evaluateSource, type Invocation } from "./invocation.ts";
import type { IntegrationResponse, RestDefinition } from "./rest-definition.ts";
import { lastValue } from "./rest-request.ts";
import type { S3Answer } from "./send-to-s3.ts";

/**
 * What the integration answered, as the method answers it: nothing but what the response with the matching
 * pattern maps.
 *
 * @throws {GatewayError} when no response matches
 */
export function toMethodAnswer(
  answer: S3Answer,
  context: {
    responses: readonly IntegrationResponse[];
    invocation: Invocation;
    definition: RestDefinition;
  },
): RestAnswer {
  const { responses, invocation, definition } = context;
  const response = responses.find(({ matches }) => matches(String(answer.status)));
  if (response === undefined) {
    throw new GatewayError("API_CONFIGURATION_ERROR", `no response matches the status ${answer.status}`);
  }
  const { binaryMediaTypes } = definition;
  const { headers } = invocation.request;
  const accept = lastValue(headers, "Accept") ?? lastValue(headers, "accept");
  return {
    status: response.status,
    headers: { "content-type": "application/json", ...mapHeaders(response, answer, invocation) },
    bytes: convertPayload(answer.bytes, {
      isBinary: isBinaryType(lastValue(answer.headers, "Content-Type"), binaryMediaTypes),
      wantsBinary: isBinaryType(accept, binaryMediaTypes),
      handling: response.contentHandling,
    }),
  };
}

function mapHeaders(
  response: IntegrationResponse,
  answer: S3Answer,
  invocation: Invocation,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, source } of response.headers) {
    const value = evaluateSource(source, invocation, answer.headers);
    const lowerCase = name.toLowerCase();
    if (value === undefined || DROPPED.has(lowerCase)) continue;
    checkValue(name, value);
    headers[REMAPPED.has(lowerCase) ? `x-amzn-remapped-${lowerCase}` : lowerCase] = value;
  }
  return headers;
}

function checkValue(name: string, value: string): void {
  try {
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new GatewayError("API_CONFIGURATION_ERROR", `${name} has a value that HTTP cannot carry`, {
      cause,
    });
  }
}

/**
 * Source of both: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html,
 * which says of Content-Length that it is passed on. Others have seen it remapped (`header_utils.py` of LocalStack).
 */
const DROPPED: ReadonlySet<string> = new Set(["te", "transfer-encoding"]);
const REMAPPED: ReadonlySet<string> = new Set([
  "authorization",
  "connection",
  "content-length",
  "content-md5",
  "date",
  "expect",
  "host",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "trailer",
  "upgrade",
  "user-agent",
  "www-authenticate",
]);
