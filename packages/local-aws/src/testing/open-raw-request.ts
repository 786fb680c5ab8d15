import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type S3UnderTest, signWithAws4 } from "./s3-under-test.ts";

export interface RawRequest {
  socket: Socket;
  /** All that came so far, headers included. */
  received(): string;
  /** What came behind the headers. */
  body(): string;
  /** Ends when the connection does: `end` if the server closed it in order, else the error's code. */
  closed: Promise<string>;
}

/** Send a request over a bare socket, signed in its query or otherwise, to see what a client library would hide. */
export async function openRawRequest(
  s3: Pick<S3UnderTest, "endpoint" | "region" | "credentials">,
  options: {
    method: string;
    path: string;
    headers?: Record<string, string | number>;
    body?: Buffer;
    signature?: "query" | "header" | "none";
  },
): Promise<RawRequest> {
  const { hostname, port } = new URL(s3.endpoint);
  const { body = Buffer.alloc(0), method, signature = "query" } = options;
  const unsigned = {
    method,
    path: options.path,
    headers: { "content-length": body.length, ...options.headers },
  };
  const { path, headers } =
    signature === "none" ? unsigned : signWithAws4(s3, { ...unsigned, signQuery: signature === "query" });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  const closed = new Promise<string>((resolve) => {
    let ending = "end";
    socket.on("error", (error: NodeJS.ErrnoException) => (ending = error.code ?? "error"));
    socket.once("close", () => resolve(ending));
  });
  socket.on("data", (chunk) => chunks.push(chunk));
  await once(socket, "connect");
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  socket.write(body);
  const received = (): string => Buffer.concat(chunks).toString("latin1");
  return {
    socket,
    received,
    body: () => received().split("\r\n\r\n").slice(1).join("\r\n\r\n"),
    closed,
  };
}
