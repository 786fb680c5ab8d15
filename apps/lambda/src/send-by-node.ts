import { request as requestPlain, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { RequestWithBody, Transport } from "@waybill/core/s3";

const CONNECTION_TIMEOUT_MS = 3000;
const TIMEOUT_MS = 8000;

/** By node:http and node:https, which take a new process a third of the time that fetch does. */
export const sendByNode: Transport = async (request) => {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await begin(request, signal);
    const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
    const status = response.statusCode ?? 502;
    return { status, headers: Object.fromEntries(headers), body: await text(response) };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
};

async function begin(
  { url, method, headers, body }: RequestWithBody,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.startsWith("https:") ? (await import("node:https")).request : requestPlain;
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { ...headers, ...length }, signal }, resolve)
      .on("socket", connectInTime)
      .on("error", reject)
      .end(body);
  });
}

function connectInTime(socket: Socket): void {
  if (!socket.connecting) return; // it was used before
  const timer = setTimeout(() => {
    socket.destroy(new DOMException("The connection took too long.", "TimeoutError"));
  }, CONNECTION_TIMEOUT_MS);
  for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
}
