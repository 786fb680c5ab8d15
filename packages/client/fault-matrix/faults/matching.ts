import type { ProxiedRequest, ProxyFault, ProxyRule } from "../rig/store-proxy.ts";

/** The part that is struck: one with others before, beside and behind it. */
export const STRUCK_PART = 2;

export function isPart({ method, url }: ProxiedRequest): boolean {
  return method === "PUT" && url.searchParams.get("partNumber") === String(STRUCK_PART);
}

export function isComplete({ method, url }: ProxiedRequest): boolean {
  return method === "POST" && url.searchParams.has("uploadId");
}

export function isGetObject({ method, url }: ProxiedRequest): boolean {
  return method === "GET" && !url.searchParams.has("uploadId") && url.pathname.split("/").length > 2;
}

export function once(matches: (request: ProxiedRequest) => boolean, fault: ProxyFault): ProxyRule {
  let isOver = false;
  return (request) => {
    if (isOver || !matches(request)) return undefined;
    isOver = true;
    return fault;
  };
}

/** The signature of a request depends on the second in which it is signed: in the next one it is another. */
const SIGNED_ANEW_MS = 1100;

/**
 * The URL of the first request that matches has expired: whoever comes with its signature is refused, and
 * whoever has had it signed anew is not.
 */
export function expiredUrl(matches: (request: ProxiedRequest) => boolean): ProxyRule {
  let expired: string | null = null;
  return (request) => {
    const signature = request.url.searchParams.get("X-Amz-Signature");
    if (signature === null || !matches(request)) return undefined;
    expired ??= signature;
    if (signature !== expired) return undefined;
    return {
      kind: "answer",
      status: 403,
      delayMs: SIGNED_ANEW_MS,
      headers: { "content-type": "application/xml" },
      body: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
    };
  };
}
