import type { CloudFrontRequest } from "aws-lambda";
import { headerValue, type HeaderList, withHeader, withoutHeader } from "../header-list.ts";
import { EDGE_LIMITS } from "../limits.ts";
import { type EdgeFunction } from "./edge-function.ts";
import { fromEdgeHeaders, toEdgeHeaders } from "./edge-headers.ts";
import type { GeneratedResponse } from "./edge-result.ts";
import { type Body, peekBody } from "./peek-body.ts";
import { runEdgeFunction } from "./run-edge-function.ts";

/** A request on its way through CloudFront. */
export interface EdgeRequest {
  method: string;
  /** As sent, still encoded. */
  uri: string;
  querystring: string;
  headers: HeaderList;
  clientIp: string;
  body: Body;
}

/**
 * Let a function change a request, or answer it.
 *
 * @param options.origin - in the event, where it belongs to one of the origin
 */
export async function applyFunction(
  edgeFunction: EdgeFunction,
  sent: EdgeRequest,
  options: {
    config: { distributionDomainName: string; distributionId: string; requestId: string };
    origin?: CloudFrontRequest["origin"];
    timeoutMs?: number | undefined;
  },
): Promise<{ request: EdgeRequest } | { response: GeneratedResponse }> {
  const peeked = edgeFunction.includeBody
    ? await peekBody(sent.body, EDGE_LIMITS[edgeFunction.eventType].exposedBodyBytes)
    : undefined;
  const request = {
    clientIp: sent.clientIp,
    headers: toEdgeHeaders(sent.headers),
    method: sent.method,
    querystring: sent.querystring,
    uri: sent.uri,
    ...(peeked && {
      body: {
        action: "read-only" as const,
        data: peeked.start.toString("base64"),
        encoding: "base64" as const,
        inputTruncated: peeked.isTruncated,
      },
    }),
    ...(options.origin && { origin: options.origin }),
  };
  const result = await runEdgeFunction(edgeFunction, { ...options, request });
  if (result.kind === "response") return { response: result.response };
  const { uri, querystring, headers } = result.request;
  const changed = {
    ...sent,
    uri: toRaw(uri),
    querystring: toRaw(querystring),
    headers: fromEdgeHeaders(headers, sent.headers),
    body: peeked?.body ?? sent.body,
  };
  return { request: result.body === undefined ? changed : withBody(changed, result.body) };
}

function withBody(request: EdgeRequest, bytes: Buffer): EdgeRequest {
  const headers = withoutHeader(request.headers, "transfer-encoding");
  const name = headers.find(([key]) => key.toLowerCase() === "content-length")?.[0] ?? "Content-Length";
  return {
    ...request,
    headers:
      bytes.length === 0 && headerValue(headers, "content-length") === undefined
        ? headers
        : withHeader(headers, name, String(bytes.length)),
    body: (async function* () {
      yield bytes;
    })(),
  };
}

/** UTF-8, one character per byte. */
function toRaw(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
