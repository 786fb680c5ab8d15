import type { ServerResponse } from "node:http";

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
