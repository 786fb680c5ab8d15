import {
  createServer,
  request as send,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createHash } from "node:crypto";
import { drip } from "./drip.ts";
import { openGate, type Gate } from "./gate.ts";
import { headersForStore, respond } from "./proxy-headers.ts";

/** What only a network, or something in it, can do. All else the stand-in of S3 does itself. */
export type ProxyFault =
  | { kind: "answer"; status: number; body?: string; headers?: Record<string, string> }
  | { kind: "drip"; bytesPerSecond: number } // of the request's body, or of the answer's when it has none
  | { kind: "pretend" } // acknowledged, and thrown away
  | { kind: "twice" }; // sent to the store twice, and the second answer given

export interface ProxiedRequest {
  method: string;
  url: URL;
}

export type ProxyRule = (request: ProxiedRequest) => ProxyFault | undefined;

/** @param decide - asked for each request that is not a preflight */
export async function openStoreProxy(target: string, decide: ProxyRule): Promise<Gate> {
  const server = createServer((request, response) => {
    const { method = "" } = request;
    const url = new URL(request.url ?? "/", target);
    const fault = method === "OPTIONS" ? undefined : decide({ method, url });
    // Either side may go away: that is what is being tried.
    perform({ request, response, url, fault }).catch(() => request.socket.resetAndDestroy());
  });
  return openGate(server);
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  fault: ProxyFault | undefined;
}

async function perform({ request, response, url, fault }: Exchange): Promise<void> {
  if (fault?.kind === "answer") {
    await buffer(request);
    return respond(response, { ...fault, headers: fault.headers ?? {} });
  }
  if (fault?.kind === "pretend") {
    const digest = createHash("md5")
      .update(await buffer(request))
      .digest("hex");
    return respond(response, { status: 200, headers: { etag: `"${digest}"` } });
  }
  if (fault?.kind === "twice") {
    const body = await buffer(request);
    await buffer(await sendWhole(request, url, body));
    return answerThrough(await sendWhole(request, url, body), response);
  }
  const bytesPerSecond = fault?.kind === "drip" ? fault.bytesPerSecond : undefined;
  const hasBody = Number(request.headers["content-length"] ?? 0) > 0;
  const upstream = startUpstream(request, url);
  response.on("close", () => upstream.destroy());
  // Before `pipeline` ends the connection in order, which would be no reset any more.
  upstream.on("error", () => request.socket.resetAndDestroy());
  await Promise.all([
    hasBody && bytesPerSecond !== undefined
      ? pipeline(request, drip(bytesPerSecond), upstream)
      : pipeline(request, upstream),
    answerOf(upstream).then((answer) =>
      answerThrough(answer, response, hasBody ? undefined : bytesPerSecond),
    ),
  ]);
}

function startUpstream(request: IncomingMessage, url: URL): ClientRequest {
  const { method } = request;
  return send(url, { method, headers: headersForStore(request, url), setHost: false });
}

async function sendWhole(request: IncomingMessage, url: URL, body: Buffer): Promise<IncomingMessage> {
  const upstream = startUpstream(request, url);
  const answered = answerOf(upstream);
  upstream.end(body);
  return answered;
}

function answerOf(upstream: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    upstream.once("response", resolve);
    upstream.once("error", reject);
    upstream.once("close", () => reject(new Error("The store closed the connection.")));
  });
}

async function answerThrough(
  answer: IncomingMessage,
  response: ServerResponse,
  bytesPerSecond?: number,
): Promise<void> {
  response.writeHead(answer.statusCode ?? 500, answer.headers);
  response.flushHeaders();
  if (bytesPerSecond === undefined) await pipeline(answer, response);
  else await pipeline(answer, drip(bytesPerSecond), response);
}
