import { type Agent, type IncomingMessage, request as sendRequest } from "node:http";
import { pipeline } from "node:stream/promises";
import aws4 from "aws4";
import type { Credentials } from "../identity/credentials.ts";
import { GatewayError } from "./gateway-error.ts";
import { MAX_PAYLOAD_BYTES } from "./limits.ts";
import type { NamedValues } from "./rest-request.ts";
import type { S3Request } from "./s3-request.ts";

export interface S3Answer {
  readonly status: number;
  /** With the names as Amazon S3 writes them. */
  readonly headers: NamedValues;
  readonly bytes: Buffer;
}

/**
 * Sign a request with the credentials of the execution role, send it, and read the answer into memory.
 *
 * @throws {GatewayError} when S3 cannot be reached, takes too long, or answers with more than a payload may hold
 */
export async function sendToS3(
  request: S3Request,
  options: {
    endpoint: string;
    region: string;
    credentials: Credentials;
    agent: Agent;
    timeoutMs: number;
    now: Date;
  },
): Promise<S3Answer> {
  const { endpoint, agent, timeoutMs } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const message = await send(request, { ...options, agent, signal });
    const bytes = await readAnswer(message, request.method);
    return { status: message.statusCode ?? 0, headers: toAmazonNames(message), bytes };
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    if (signal.aborted) {
      throw new GatewayError("INTEGRATION_TIMEOUT", `S3 took longer than ${timeoutMs} ms`, { cause });
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    if (isUnsendable(cause)) {
      throw new GatewayError("API_CONFIGURATION_ERROR", `a mapped value cannot be sent: ${why}`, { cause });
    }
    throw new GatewayError("INTEGRATION_FAILURE", `S3 at ${endpoint} cannot be reached: ${why}`, { cause });
  }
}

function send(
  request: S3Request,
  options: {
    endpoint: string;
    region: string;
    credentials: Credentials;
    agent: Agent;
    signal: AbortSignal;
    now: Date;
  },
): Promise<IncomingMessage> {
  const { endpoint, region, credentials, agent, signal, now } = options;
  const { host, hostname, port } = new URL(endpoint);
  const { method, path, body } = request;
  const { headers } = aws4.sign(
    {
      method,
      path,
      host,
      service: "s3",
      region,
      body,
      headers: { ...request.headers, "X-Amz-Date": now.toISOString().replaceAll(/[:-]|\.\d{3}/g, "") },
    },
    credentials,
  );
  return new Promise((resolve, reject) => {
    const sent = sendRequest({ hostname, port, method, path, headers, agent, signal }, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

/** "Integration response of reported length … is larger than allowed maximum of 10485760 bytes", says its log. */
async function readAnswer(message: IncomingMessage, method: string): Promise<Buffer> {
  const kept: Buffer[] = [];
  let sizeBytes = method === "HEAD" ? 0 : Number(message.headers["content-length"] ?? 0);
  const refuseLarge = () => {
    if (sizeBytes <= MAX_PAYLOAD_BYTES) return;
    message.destroy();
    throw new GatewayError("API_CONFIGURATION_ERROR", `S3 answered with ${sizeBytes} bytes or more`);
  };
  refuseLarge();
  sizeBytes = 0;
  await pipeline(message, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      kept.push(chunk);
      sizeBytes += chunk.length;
      refuseLarge();
    }
  });
  return Buffer.concat(kept);
}

/** `ETag`, `Content-Type`, `x-amz-request-id`: mappings look names up as they are written. */
function toAmazonNames({ rawHeaders }: IncomingMessage): NamedValues {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    headers.push([toAmazonName(name), rawHeaders[index + 1] ?? ""]);
  }
  return headers;
}

function toAmazonName(name: string): string {
  if (name === "etag") return "ETag";
  if (name.startsWith("x-amz-")) return name;
  return name.replaceAll(/(?<![a-z\d])[a-z]/g, (letter) => letter.toUpperCase());
}

/** Line breaks and the like in a header. */
function isUnsendable(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_INVALID_CHAR";
}
