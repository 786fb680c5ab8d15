import { GatewayError } from "./gateway-error.ts";
import type { ContentHandling } from "./openapi-document.ts";

/**
 * What becomes of bytes on their way through the gateway. Those of a type that is not among the binary ones are
 * taken for text, and broken unless they are.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 *
 * @param payload.isBinary - whether its Content-Type is a binary one
 * @param payload.wantsBinary - whether the receiver's type is one: for an answer, what the client accepts
 * @throws {GatewayError} for text that should be base64, and is not
 */
export function convertPayload(
  bytes: Buffer,
  payload: { isBinary: boolean; wantsBinary: boolean; handling: ContentHandling | undefined },
): Buffer {
  const { isBinary, wantsBinary, handling } = payload;
  const becomesBinary = handling === undefined ? wantsBinary : handling === "CONVERT_TO_BINARY";
  if (isBinary) return becomesBinary ? bytes : Buffer.from(bytes.toString("base64"));
  return becomesBinary ? fromBase64(bytes.toString()) : Buffer.from(bytes.toString());
}

/** Patterns are whole types, or end in an asterisk. What names no type is taken for JSON. */
export function isBinaryType(mediaTypes: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  // "API Gateway only honors the first Accept media type."
  const [type = ""] = (mediaTypes ?? "application/json").split(/[,;]/);
  const name = type.trim().toLowerCase();
  return binaryMediaTypes.some((pattern) => {
    const prefix = /^(.*\/)\*$/.exec(pattern)?.[1];
    return pattern === "*/*" || pattern === name || (prefix !== undefined && name.startsWith(prefix));
  });
}

function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") === text) return bytes;
  throw new GatewayError("API_CONFIGURATION_ERROR", "text was to become binary, but is not base64");
}
