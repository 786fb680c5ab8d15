import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

/**
 * The headers as they came, but for two. Whoever expects 100 Continue has had it from the proxy already. And a
 * `content-type` that a presigned URL does not sign is left out: Amazon lets it pass and the stand-in does not,
 * and that difference shall be nobody's fault.
 */
export function headersForStore(request: IncomingMessage, url: URL): IncomingHttpHeaders {
  const { expect: _expected, ...headers } = request.headers;
  const signed = url.searchParams.get("X-Amz-SignedHeaders");
  if (signed === null || signed.split(";").includes("content-type")) return headers;
  const { "content-type": _unsigned, ...rest } = headers;
  return rest;
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
