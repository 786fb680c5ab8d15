import {
  createServer,
  request as send,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { pipeline } from "node:stream/promises";
import { createHash } from "node:crypto";
import { drip } from "./drip.ts";
import { openGate, type Gate } from "../../rig/gate.ts";
import { respond } from "./respond.ts";

/** What only a network, or something in it, can do. All else the stand-in of S3 does itself. */
export type ProxyFault =
  | { kind: "answer"; status: number; body?: string; headers?: Record<string, string>; delayMs?: number }
  | { kind: "drip"; bytesPerSecond: number } // of the request's body, or of the answer's when it has none
  | { kind: "pretend" } // acknowledged, and thrown away
  | { kind: "truncate"; afterBytes: number } // the connection ends in the middle of the answer
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
    const { socket } = request; // a response that has ended is no longer connected to it
    // Either side may go away: that is what is being tried.
    perform({ request, response, url, fault }).catch(() => socket.resetAndDestroy());
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
    await sleep(fault.delayMs ?? 0);
    return respond(response, { ...fault, headers: fault.headers ?? {} });
  }
  if (fault?.kind === "pretend") {
    const digest = createHash("md5")
      .update(await buffer(request))
      .digest("hex");
    return respond(response, { status: 200, headers: { etag: `"${digest}"` } });
  }
  if (fault?.kind === "truncate") {
    const { socket } = request;
    const answer = await sendWhole(request, url, await buffer(request));
    const bytes = await buffer(answer);
    response.writeHead(answer.statusCode ?? 500, { ...answer.headers, "content-length": bytes.length });
    return void response.write(bytes.subarray(0, fault.afterBytes), () => socket.destroySoon());
  }
  if (fault?.kind === "twice") {
    const body = await buffer(request);
    await buffer(await sendWhole(request, url, body));
    return answerThrough(await sendWhole(request, url, body), response, {});
  }
  const bytesPerSecond = fault?.kind === "drip" ? fault.bytesPerSecond : undefined;
  const hasBody = Number(request.headers["content-length"] ?? 0) > 0;
  const { socket } = request;
  const upstream = startUpstream(request, url);
  response.on("close", () => upstream.destroy());
  upstream.on("error", () => response.writableFinished || socket.resetAndDestroy());
  const answered = new AbortController();
  const body = hasBody && bytesPerSecond !== undefined ? drip(bytesPerSecond)(request) : request;
  const bodySent = sendBody(body, upstream, answered.signal);
  const answerSent = answerOf(upstream).then((answer) => {
    answered.abort();
    return answerThrough(answer, response, {
      bodySent,
      bytesPerSecond: hasBody ? undefined : bytesPerSecond,
    });
  });
  await Promise.all([bodySent, answerSent]);
}

/** A refusal may come early: nobody wants the rest of the body then, and it is read over. */
async function sendBody(
  body: AsyncIterable<Buffer>,
  upstream: ClientRequest,
  answered: AbortSignal,
): Promise<void> {
  for await (const chunk of body) {
    if (answered.aborted || upstream.write(chunk)) continue;
    // An error has its own listener, which ends the body as well.
    await once(upstream, "drain", { signal: answered }).catch(() => {});
  }
  if (!answered.aborted) upstream.end();
}

function startUpstream(request: IncomingMessage, url: URL): ClientRequest {
  const { method } = request;
  // Whoever expects 100 Continue has had it from this server already.
  const { expect: _expected, ...headers } = request.headers;
  return send(url, { method, headers, setHost: false });
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
  { bodySent, bytesPerSecond }: { bodySent?: Promise<void>; bytesPerSecond?: number | undefined },
): Promise<void> {
  response.writeHead(answer.statusCode ?? 500, answer.headers);
  response.flushHeaders();
  // An early refusal is given out at once, but Node reads no body on after the end of an answer.
  const endLast = async function* endingLast(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    yield* source;
    await bodySent;
  };
  if (bytesPerSecond === undefined) await pipeline(answer, endLast, response);
  else await pipeline(answer, drip(bytesPerSecond), response);
}
