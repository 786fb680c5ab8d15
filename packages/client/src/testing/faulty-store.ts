import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";

/** What is wrong with one answer. Bytes are those of its body. */
export type AnswerFault =
  | { kind: "cut" | "reset" | "stall"; afterBytes: number }
  | { kind: "refuse"; status: number; headers?: Record<string, string>; body?: string }
  | { kind: "corrupt"; offset: number }
  | { kind: "whole" } // 200 and all of it, whatever range was asked for
  | { kind: "head"; headers: Record<string, string | undefined>; extraBytes?: number } // undefined: left out
  | { kind: "raw"; text: string } // in place of an answer, and then the end
  | { kind: "close-after" }; // all is well, but the connection is closed behind it without a word

export interface FaultyStore extends AsyncDisposable {
  /** Where its one object is. */
  url: string;
  object: { bytes: Buffer; eTag: string };
  /** Decides for every request, by its number from 0; undefined lets it through. Replace it at will. */
  decide: (request: { index: number; url: string; start: number }) => AnswerFault | undefined;
  /** The header Range of every request so far. */
  ranges: string[];
  /** Bytes of bodies that were handed to the kernel. */
  sentBytes: number;
  /** Connections that are open. */
  connections: () => number;
}

/** One object over HTTP, with answers that are wrong in every way that is asked for. */
export async function createFaultyStore(bytes: Buffer): Promise<FaultyStore> {
  const store: FaultyStore = {
    url: "",
    object: { bytes, eTag: '"1"' },
    decide: () => undefined,
    ranges: [],
    sentBytes: 0,
    connections: () => open,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const server = createServer((request, response) => {
    response.on("error", () => {}); // the client may go away: that is what is being tested
    const { range = "" } = request.headers;
    const index = store.ranges.push(range) - 1;
    const [, first = "0", last = ""] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    const fault = store.decide({ index, url: request.url ?? "", start: Number(first) });
    if (request.headers["if-match"] !== store.object.eTag) response.writeHead(412).end();
    else answer(store, response, { start: Number(first), end: Number(last) + 1 }, fault);
  });
  let open = 0;
  server.on("connection", (socket) => {
    open += 1;
    socket.on("close", () => (open -= 1));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The store has no port.");
  store.url = `http://127.0.0.1:${address.port}/object`;
  return store;
}

function answer(
  store: FaultyStore,
  response: ServerResponse,
  range: { start: number; end: number },
  fault: AnswerFault | undefined,
): void {
  if (fault?.kind === "raw") return void response.socket?.end(fault.text);
  if (fault?.kind === "refuse") return void response.writeHead(fault.status, fault.headers).end(fault.body);
  const { bytes, eTag } = store.object;
  const body = Buffer.from(fault?.kind === "whole" ? bytes : bytes.subarray(range.start, range.end));
  const headers: Record<string, string | number> = { "content-length": body.length, etag: eTag };
  if (fault?.kind !== "whole")
    headers["content-range"] = `bytes ${range.start}-${range.end - 1}/${bytes.length}`;
  for (const [name, value] of Object.entries(fault?.kind === "head" ? fault.headers : {})) {
    delete headers[name];
    if (value !== undefined) headers[name] = value;
  }
  response.writeHead(fault?.kind === "whole" ? 200 : 206, headers);
  if (fault?.kind === "corrupt")
    body[fault.offset % body.length] = 255 - (body[fault.offset % body.length] ?? 0);
  const isBroken = fault?.kind === "cut" || fault?.kind === "reset" || fault?.kind === "stall";
  const sent = isBroken ? body.subarray(0, fault.afterBytes) : body;
  store.sentBytes += sent.length;
  if (fault?.kind === "head" && fault.extraBytes !== undefined)
    response.write(Buffer.alloc(fault.extraBytes));
  if (!isBroken) {
    const { socket } = response;
    return void response.end(sent, () => fault?.kind === "close-after" && socket?.destroy());
  }
  response.flushHeaders();
  response.write(sent, () => {
    if (fault.kind === "cut") response.socket?.destroySoon();
    if (fault.kind === "reset") response.socket?.resetAndDestroy();
  });
}
