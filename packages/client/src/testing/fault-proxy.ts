import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";

/** What happens to one request on its way to the store. */
export type Fault =
  | { kind: "answer"; status: number; body?: string } // the store never sees it
  | { kind: "reset"; afterBytes: number } // the connection breaks while the request is being sent
  | { kind: "lose-answer" } // the store does the work, the answer is lost
  | { kind: "cut-answer"; afterBytes: number } // the connection breaks while the answer is being read
  | { kind: "stall-answer"; afterBytes: number } // so much of the answer's body comes, and then nothing
  | { kind: "corrupt-answer" } // one bit of the answer's body is another
  | { kind: "hide-checksum" } // the answer does not tell it
  | { kind: "corrupt" } // one bit of the body is another
  | { kind: "stall" }; // nothing comes back, ever

export interface FaultProxy extends AsyncDisposable {
  endpoint: string;
  /** Decides for every request; undefined lets it through. Replace it at will. */
  decide: (request: { method: string; url: string }) => Fault | undefined;
  /** Bytes of the bodies of PUT requests so far, as far as they have come. */
  putBytes: number;
  /** `METHOD path?query` of every request so far, without the signature's parameters. */
  seen: string[];
}

/** A proxy on loopback that breaks what it is told to break. */
export async function createFaultProxy(target: string): Promise<FaultProxy> {
  const proxy: FaultProxy = {
    endpoint: "",
    decide: () => undefined,
    putBytes: 0,
    seen: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    if (method === "PUT") request.on("data", (chunk: Buffer) => (proxy.putBytes += chunk.length));
    proxy.seen.push(`${method} ${url.replace(/X-Amz-[^&]*&?/g, "")}`);
    pass(target, request, response, proxy.decide({ method, url }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  proxy.endpoint = `http://127.0.0.1:${address.port}`;
  return proxy;
}

function pass(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  request.on("error", () => {}); // the client may go away: that is what is being tested
  response.on("error", () => {});
  if (fault?.kind === "stall") return void request.resume();
  if (fault?.kind === "answer") {
    request.resume();
    request.on("end", () => {
      response.writeHead(fault.status, { "content-type": "application/xml" });
      response.end(fault.body);
    });
    return;
  }
  const { method, url, headers } = request;
  const upstream = send(new URL(url ?? "/", target), { method, headers, setHost: false });
  upstream.on("error", () => response.destroy());
  response.on("close", () => upstream.destroy());
  let received = 0;
  request.on("data", (chunk: Buffer) => {
    received += chunk.length;
    if (fault?.kind === "reset" && received > fault.afterBytes) {
      upstream.destroy();
      return void request.socket.resetAndDestroy();
    }
    if (fault?.kind === "corrupt" && received === chunk.length) flipBit(chunk);
    upstream.write(chunk);
  });
  request.on("end", () => upstream.end());
  upstream.on("response", (answer) => answerThrough(answer, response, request, fault));
}

function answerThrough(
  answer: IncomingMessage,
  response: ServerResponse,
  request: IncomingMessage,
  fault: Fault | undefined,
) {
  answer.on("error", () => response.destroy());
  if (fault?.kind === "lose-answer") {
    answer.resume();
    answer.on("end", () => request.socket.resetAndDestroy());
    return;
  }
  if (fault?.kind === "hide-checksum") delete answer.headers["x-amz-checksum-crc64nvme"];
  response.writeHead(answer.statusCode ?? 500, answer.headers);
  let sent = 0;
  answer.on("data", (chunk: Buffer) => {
    if (fault?.kind === "stall-answer" && sent >= fault.afterBytes) return;
    if (fault?.kind === "corrupt-answer" && sent === 0) flipBit(chunk);
    sent += chunk.length;
    if (fault?.kind === "cut-answer" && sent > fault.afterBytes) {
      answer.destroy();
      return void response.write(chunk, () => request.socket.resetAndDestroy());
    }
    response.write(chunk);
  });
  answer.on("end", () => fault?.kind === "stall-answer" || response.end());
}

function flipBit(chunk: Buffer) {
  chunk[0] = (chunk[0] ?? 0) ^ 1;
}
