import * as z from "zod/mini";
import { EDGE_LIMITS, type EdgeEventType, MAX_URL_BYTES } from "../limits.ts";
import { type EdgeHeaders, findHeaderProblem, findResponseHeaderProblem } from "./edge-headers.ts";

const Headers = z.record(
  z.string(),
  z.array(z.strictObject({ key: z.optional(z.string()), value: z.string() })),
);

const ReturnedBody = z.strictObject({
  action: z.enum(["read-only", "replace"]),
  data: z.string(),
  encoding: z.optional(z.enum(["base64", "text"])),
  inputTruncated: z.optional(z.boolean()),
});

const ReturnedRequest = z.strictObject({
  body: z.optional(ReturnedBody),
  clientIp: z.string(),
  headers: Headers,
  method: z.string(),
  origin: z.optional(z.unknown()),
  querystring: z.string(),
  uri: z.string(),
});
export type ReturnedRequest = z.infer<typeof ReturnedRequest>;

/** Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html#lambda-generating-http-responses-object */
const ReturnedResponse = z.strictObject({
  body: z.optional(z.string()),
  bodyEncoding: z.optional(z.enum(["base64", "text"])),
  headers: z._default(Headers, {}),
  status: z.string().check(z.regex(/^[2-5]\d\d$/)),
  statusDescription: z.optional(z.string().check(z.regex(/^[\t\u0020-\u007e]*$/))),
});

export interface GeneratedResponse {
  status: number;
  statusDescription: string | undefined;
  headers: EdgeHeaders;
  bytes: Buffer;
}

export type EdgeResult =
  | { kind: "request"; request: ReturnedRequest; body: Buffer | undefined }
  | { kind: "response"; response: GeneratedResponse }
  | { kind: "invalid"; because: string };

/**
 * Read what a function returned: the request, to go on with, or a response, to end with.
 *
 * @param given - as it was given the request
 */
export function parseEdgeResult(
  result: unknown,
  given: { eventType: EdgeEventType; request: Readonly<z.input<typeof ReturnedRequest>> },
): EdgeResult {
  const isResponse = typeof result === "object" && result !== null && "status" in result;
  if (isResponse) return parseResponse(result, given.eventType);
  const parsed = ReturnedRequest.safeParse(result);
  if (!parsed.success) return invalid(z.prettifyError(parsed.error));
  const request = parsed.data;
  const because =
    findRequestProblem(request, given.request) ??
    findHeaderProblem(request.headers, { ...given, exposed: given.request.headers });
  if (because !== undefined) return invalid(because);
  return withBody(request, given);
}

function findRequestProblem(
  request: ReturnedRequest,
  given: Readonly<z.input<typeof ReturnedRequest>>,
): string | undefined {
  if (request.method !== given.method || request.clientIp !== given.clientIp) {
    return "method and clientIp are read-only";
  }
  if (!request.uri.startsWith("/")) return "uri does not begin with a slash";
  if (/[\p{Cc}\s#?]/u.test(request.uri)) return "uri has a character that must be encoded";
  if (/[\p{Cc}\s#]/u.test(request.querystring)) return "querystring has a character that must be encoded";
  const sizeBytes = Buffer.byteLength(`${request.uri}?${request.querystring}`);
  if (sizeBytes >= MAX_URL_BYTES) return `uri and querystring take ${sizeBytes} bytes`;
  if (JSON.stringify(request.origin) !== JSON.stringify(given.origin)) {
    return "another origin than the behaviour's is not known here, and has no origin access control";
  }
  return undefined;
}

function withBody(
  request: ReturnedRequest,
  given: { eventType: EdgeEventType; request: Readonly<z.input<typeof ReturnedRequest>> },
): EdgeResult {
  const { body } = request;
  if (body === undefined) return { kind: "request", request, body: undefined };
  if (given.request.body === undefined) return invalid("a body without IncludeBody");
  if (body.action === "read-only") return { kind: "request", request, body: undefined };
  const { encoding = "base64", data } = body;
  const limits = EDGE_LIMITS[given.eventType];
  const limit = encoding === "text" ? limits.replacedTextBytes : limits.replacedBase64Bytes;
  if (Buffer.byteLength(data) > limit) return invalid(`a body of more than ${limit} bytes`);
  const bytes = toBytes(data, encoding);
  return bytes === undefined ? invalid("the body is not base64") : { kind: "request", request, body: bytes };
}

function parseResponse(result: object, eventType: EdgeEventType): EdgeResult {
  const parsed = ReturnedResponse.safeParse(result);
  if (!parsed.success) return invalid(z.prettifyError(parsed.error));
  const { status, statusDescription, headers, body = "", bodyEncoding = "text" } = parsed.data;
  const because = findResponseHeaderProblem(headers);
  if (because !== undefined) return invalid(because);
  if (status === "204" && body !== "") return invalid("a 204 has no body");
  const bytes = toBytes(body, bodyEncoding);
  if (bytes === undefined) return invalid("the body is not base64");
  const headerBytes = Object.entries(headers).reduce(
    (total, [name, entries]) =>
      total + entries.reduce((sum, { value }) => sum + Buffer.byteLength(`${name}: ${value}\r\n`), 0),
    0,
  );
  const limit = EDGE_LIMITS[eventType].responseBytes;
  if (headerBytes + bytes.length > limit) return invalid(`a response of more than ${limit} bytes`);
  return { kind: "response", response: { status: Number(status), statusDescription, headers, bytes } };
}

function toBytes(text: string, encoding: "base64" | "text"): Buffer | undefined {
  const bytes = Buffer.from(text, encoding === "text" ? "utf8" : "base64");
  return encoding === "text" || bytes.toString("base64") === text ? bytes : undefined;
}

function invalid(because: string): EdgeResult {
  return { kind: "invalid", because };
}
