import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

/**
 * The headers as they came. Only a `content-type` that a presigned URL does not sign is left out: Amazon
 * lets it pass and the stand-in does not, and that difference shall be nobody's fault.
 */
export function headersForStore(request: IncomingMessage, url: URL): IncomingHttpHeaders {
  const signed = url.searchParams.get("X-Amz-SignedHeaders");
  if (signed === null || signed.split(";").includes("content-type")) return request.headers;
  const { "content-type": _unsigned, ...headers } = request.headers;
  return headers;
}

/** An answer that did not come from the store, in such a form that a page may see it. */
export function respond(
  response: ServerResponse,
  answer: { status: number; headers: Record<string, string>; body?: string },
): void {
  response.writeHead(answer.status, {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Retry-After",
    ...answer.headers,
  });
  response.end(answer.body);
}
