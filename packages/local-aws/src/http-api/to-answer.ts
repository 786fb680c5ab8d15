import { validateHeaderName, validateHeaderValue } from "node:http";
import { HttpApiError } from "./http-api-error.ts";
import { MAX_PAYLOAD_BYTES } from "./limits.ts";

export interface HttpApiAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  bytes: Buffer;
}

/** What the gateway sets itself. */
const DROPPED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

/**
 * What a function returned, as an HTTP answer.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @throws {HttpApiError} 500 for a result that the gateway cannot read, or one over Lambda's limit
 */
export function toAnswer(returned: unknown): HttpApiAnswer {
  const text = serialise(returned);
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    throw new HttpApiError(500, `the response is larger than Lambda's ${MAX_PAYLOAD_BYTES} bytes`);
  }
  const result: unknown = JSON.parse(text);
  if (!isRecord(result) || result["statusCode"] === undefined) {
    // Without a status code the whole result is the body of a 200.
    const body = typeof result === "string" ? result : text;
    return { status: 200, headers: { "content-type": "application/json" }, bytes: Buffer.from(body) };
  }
  const bytes = toBytes(result["body"], result["isBase64Encoded"]);
  const headers = toHeaders(result["headers"]);
  return {
    status: toStatus(result["statusCode"]),
    headers: {
      ...(bytes.length > 0 ? { "content-type": "text/plain; charset=utf-8" } : {}),
      ...headers,
      ...toCookies(result["cookies"]),
    },
    bytes,
  };
}

function serialise(returned: unknown): string {
  try {
    return JSON.stringify(returned) ?? "null";
  } catch (cause) {
    throw new HttpApiError(500, "the response is not JSON", { cause });
  }
}

function toStatus(statusCode: unknown): number {
  const status = Number(statusCode);
  if (Number.isInteger(status) && status >= 100 && status <= 599) return status;
  throw malformed("statusCode");
}

function toBytes(body: unknown, isBase64Encoded: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== "string") throw malformed("body");
  return Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8");
}

function toHeaders(headers: unknown): Record<string, string> {
  if (headers === undefined || headers === null) return {};
  if (!isRecord(headers)) throw malformed("headers");
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), toHeaderValue(name, value)] as const)
      .filter(([name]) => !DROPPED_HEADERS.has(name)),
  );
}

function toCookies(cookies: unknown): Record<string, string[]> {
  if (cookies === undefined || cookies === null) return {};
  if (!Array.isArray(cookies)) throw malformed("cookies");
  return { "set-cookie": cookies.map((cookie: unknown) => toHeaderValue("set-cookie", cookie)) };
}

function toHeaderValue(name: string, value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw malformed(`header ${name}`);
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, String(value));
  } catch (cause) {
    throw new HttpApiError(500, "the response has a header that HTTP cannot carry", { cause });
  }
  return String(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(field: string): HttpApiError {
  return new HttpApiError(500, `the response is malformed: ${field}`);
}
