import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "./loopback-server.ts";
import { hasBucketInHost } from "./s3/resolve-address.ts";

export interface ServiceHandlers {
  s3: RequestHandler;
  sqs: RequestHandler;
  sts: RequestHandler;
}

/** One port for all services. What is not clearly another's is for S3, and its errors. */
export function createServiceRouter(handlers: ServiceHandlers): RequestHandler {
  return (message, ...rest) => handlers[findService(message)](message, ...rest);
}

function findService(message: IncomingMessage): keyof ServiceHandlers {
  const target = message.headers["x-amz-target"];
  if (message.method === "POST" && typeof target === "string" && target.startsWith("AmazonSQS."))
    return "sqs";
  return isStsCall(message) ? "sts" : "s3";
}

/** A form posted to `/`, or a query that names an action. S3 has neither, unless the host names a bucket. */
function isStsCall({ method, url = "", headers }: IncomingMessage): boolean {
  if (hasBucketInHost(headers.host ?? "")) return false;
  if (method === "POST") return /^\/(?:\?|$)/.test(url) && isForm(headers["content-type"]);
  return method === "GET" && url.startsWith("/?") && new URLSearchParams(url.slice(2)).has("Action");
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.split(";")[0]?.trim().toLowerCase() === "application/x-www-form-urlencoded";
}
