import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** What tRPC's clients send as a rule: one call or a batch of them, with inputs in JSON. */
export interface PlainCall {
  type: "query" | "mutation";
  isBatch: boolean;
  calls: { path: string; input: unknown }[];
}

/**
 * The calls of a payload 2.0 event, read as tRPC reads them.
 *
 * @returns undefined for all but the ordinary form: forms and bytes, streamed answers, what cannot be read
 * @see https://trpc.io/docs/rpc
 */
export function readPlainCall(event: APIGatewayProxyEventV2): PlainCall | undefined {
  const { headers, requestContext, pathParameters, rawPath } = event;
  const isGet = requestContext.http.method === "GET";
  if (!isGet && requestContext.http.method !== "POST") return undefined;
  const mediaType = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/json" && !(isGet && mediaType === undefined)) return undefined;
  if (headers["trpc-accept"] !== undefined || headers["accept"]?.includes("jsonl")) return undefined;
  const query = new URLSearchParams(event.rawQueryString);
  if (query.has("connectionParams")) return undefined;
  const isBatch = query.get("batch") === "1";
  try {
    const path = decodeURIComponent(pathParameters?.["proxy"] ?? rawPath.slice(1));
    const text = isGet ? query.get("input") : bodyOf(event);
    const inputs: unknown = text ? JSON.parse(text) : undefined;
    const type = isGet ? "query" : "mutation";
    if (!isBatch) return { type, isBatch, calls: [{ path, input: inputs }] };
    if (inputs !== undefined && !isRecord(inputs)) return undefined;
    return {
      type,
      isBatch,
      calls: path.split(",").map((each, index) => ({ path: each, input: inputs?.[index] })),
    };
  } catch {
    return undefined; // tRPC says what is wrong with it
  }
}

function bodyOf({ body = "", isBase64Encoded }: APIGatewayProxyEventV2): string {
  return isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
}

function isRecord(value: unknown): value is Record<number, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
