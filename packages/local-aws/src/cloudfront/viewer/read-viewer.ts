import type { IncomingMessage } from "node:http";
import { CloudFrontError } from "../cloudfront-error.ts";
import type { Behavior, Distribution } from "../config/parse-distribution.ts";
import { type HeaderList, toHeaderList } from "../header-list.ts";
import { MAX_REQUEST_BYTES, MAX_URL_BYTES } from "../limits.ts";

export interface ViewerRequest {
  method: string;
  /** As sent, still encoded. */
  uri: string;
  querystring: string;
  /** All of it, as signatures cover it. */
  url: string;
  headers: HeaderList;
  clientIp: string;
}

/**
 * @throws {CloudFrontError} 414 and 494 for what is too long, 403 for a host that is not the distribution's, 400 for a
 *   target that is none
 */
export function readViewer(message: IncomingMessage, distribution: Distribution): ViewerRequest {
  const { method = "", url: target = "", rawHeaders, headers } = message;
  const host = (headers.host ?? "").toLowerCase();
  const url = `http://${host}${target}`;
  if (url.length > MAX_URL_BYTES) {
    throw new CloudFrontError(414, {
      message: "The URL is too long.",
      logNote: `a URL of ${url.length} bytes`,
      isLast: true,
    });
  }
  // Each text is followed by ": " or CRLF.
  const requestLine = `${method} ${target} HTTP/1.1\r\n`;
  const sizeBytes = rawHeaders.reduce((total, text) => total + text.length + 2, requestLine.length);
  if (sizeBytes > MAX_REQUEST_BYTES) throw headersTooLarge(`request line and headers of ${sizeBytes} bytes`);
  const names = ["127.0.0.1", "localhost", distribution.domainName, ...distribution.aliases];
  if (!names.includes(host.replace(/:\d+$/, ""))) {
    throw new CloudFrontError(403, {
      message: "Bad request.",
      logNote: "the host is no name of the distribution",
    });
  }
  if (!/^\/[!-~]*$/.test(target)) {
    throw new CloudFrontError(400, { message: "Bad request.", logNote: "the target is no encoded path" });
  }
  const questionMark = target.indexOf("?");
  return {
    method,
    uri: questionMark < 0 ? target : target.slice(0, questionMark),
    querystring: questionMark < 0 ? "" : target.slice(questionMark + 1),
    url,
    headers: toHeaderList(rawHeaders),
    clientIp: message.socket.remoteAddress ?? "",
  };
}

export function headersTooLarge(logNote: string): CloudFrontError {
  return new CloudFrontError(494, {
    message: "The request headers are too large.",
    logNote,
    isLast: true,
  });
}

/**
 * The behaviour of a path, if it takes the request's method over this protocol.
 *
 * @param options.isSecure - whether loopback counts as HTTPS
 * @throws {CloudFrontError} 403, or a redirect to HTTPS
 */
export function requireBehavior(
  { method, uri, url }: ViewerRequest,
  { distribution, isSecure }: { distribution: Distribution; isSecure: boolean },
): Behavior {
  const behavior = distribution.behaviors.find(({ matches }) => matches(uri));
  if (behavior === undefined) throw new Error("the last behaviour is for every path");
  if (!isSecure && behavior.viewerProtocolPolicy === "https-only") {
    throw new CloudFrontError(403, { message: "Bad request.", logNote: "the behaviour is for HTTPS alone" });
  }
  if (!isSecure && behavior.viewerProtocolPolicy === "redirect-to-https") {
    const isRead = method === "GET" || method === "HEAD";
    throw new CloudFrontError(isRead ? 301 : 307, {
      message: "Moved to HTTPS.",
      resultType: "Redirect",
      headers: { location: url.replace(/^http:/, "https:") },
    });
  }
  if (!behavior.allowedMethods.includes(method)) {
    throw new CloudFrontError(403, {
      message:
        "This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests.",
      logNote: `${method} is not allowed there`,
    });
  }
  return behavior;
}
