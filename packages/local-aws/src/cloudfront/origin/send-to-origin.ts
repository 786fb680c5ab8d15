import { type Agent, type IncomingMessage, request as httpRequest } from "node:http";
import { pipeline } from "node:stream/promises";
import { CloudFrontError } from "../cloudfront-error.ts";
import type { EdgeRequest } from "../edge/apply-function.ts";
import { ORIGIN_TIMEOUT_MS } from "../limits.ts";

export interface OriginAnswer {
  response: IncomingMessage;
  /** Send nothing more of the body, once the answer has ended: the origin may not want all of it. */
  stop(): Promise<void>;
}

/**
 * Send a request to the origin, its body as it comes.
 *
 * @param options.endpoint - where the origin's domain name is answered here
 * @param options.signal - the viewer has gone
 * @throws {CloudFrontError} 502 when the origin cannot be reached, 504 when it does not answer in time
 */
export async function sendToOrigin(
  { method, uri, querystring, headers, body }: EdgeRequest,
  options: { endpoint: string; agent: Agent; timeoutMs?: number | undefined; signal: AbortSignal },
): Promise<OriginAnswer> {
  const { hostname, port } = new URL(options.endpoint);
  const { agent, signal, timeoutMs = ORIGIN_TIMEOUT_MS } = options;
  const path = querystring === "" ? uri : `${uri}?${querystring}`;
  const request = httpRequest({
    hostname,
    port,
    agent,
    signal,
    method,
    path,
    headers: groupHeaders(headers),
    setDefaultHeaders: false,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", (response) => {
      request.setTimeout(0); // from here on it is the viewer who may be slow
      resolve(response);
    });
    request.once("error", reject);
    // While the viewer sends, it is the viewer who is waited for.
    request.once("finish", () => request.setTimeout(timeoutMs, () => request.destroy(new OriginTimeout())));
  });
  const sent = pipeline(body, request, { signal });
  const failed = sent.then(() => answered); // what stops the body stops the request
  try {
    const response = await Promise.race([answered, failed]);
    return {
      response,
      stop() {
        if (!request.writableFinished) request.destroy();
        return sent.catch(() => {}); // that it was stopped, or before that by the origin
      },
    };
  } catch (error) {
    request.destroy();
    answered.catch(() => {});
    if (error instanceof CloudFrontError) throw error;
    throw toGatewayError(error);
  }
}

class OriginTimeout extends Error {}

function toGatewayError(cause: unknown): CloudFrontError {
  const isLate = cause instanceof OriginTimeout;
  return new CloudFrontError(isLate ? 504 : 502, {
    message: isLate
      ? "CloudFront wasn't able to get an answer from the origin in time."
      : "CloudFront wasn't able to connect to the origin.",
    logNote: cause instanceof Error ? `the origin: ${cause.name} ${cause.message}` : "the origin failed",
    cause,
  });
}

/** Node wants repeated headers as lists. */
function groupHeaders(headers: EdgeRequest["headers"]): Record<string, string | string[]> {
  const groups = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of headers) {
    const group = groups.get(name.toLowerCase());
    if (group === undefined) groups.set(name.toLowerCase(), [name, [value]]);
    else group[1].push(value);
  }
  return Object.fromEntries(
    [...groups.values()].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}
