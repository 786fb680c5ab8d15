import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { S3Client } from "@aws-sdk/client-s3";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { appRouter, collections, createStoreLimits, createUploadTokens, type ApiDeps } from "@waybill/api";
import {
  bucketAddress,
  createRequestSigner,
  createStoreClock,
  createStoreSender,
  sendByFetch,
} from "@waybill/core/s3";

/*
 * A store that keeps nothing, so that what is measured is the client: it reads a body and forgets it, but for
 * what an upload in parts is asked about afterwards. Beside it runs the real API, which signs for it and
 * compares what it lists. It checks no signature. `sink.mjs DOWNLOAD-BYTES [KEY CERT]`: a GET answers with as many
 * bytes, whatever was stored.
 */

const BUCKET = "bench";
const MAX_HEAD_BYTES = 64 * 1024;
const CREDENTIALS = { accessKeyId: "bench", secretAccessKey: "bench" };

interface Stored {
  sizeBytes: number;
  checksum: string | undefined;
}

const [bytes = "0", key, cert] = process.argv.slice(2);
const hasTls = key !== undefined && cert !== undefined;
const tls = hasTls ? { key: readFileSync(key), cert: readFileSync(cert) } : undefined;
console.log(JSON.stringify(await startServers(Number(bytes))));

/** @returns where store and API answer */
async function startServers(downloadBytes: number): Promise<{ store: string; api: string }> {
  const store = createFakeStore(downloadBytes);
  const server = tls === undefined ? createServer(store) : createTlsServer(tls, store);
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" ? (address?.port ?? 0) : 0);
    });
  });
  const endpoint = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  return { store: endpoint, api: await startApi(endpoint) };
}

async function startApi(endpoint: string): Promise<string> {
  const region = "us-east-1";
  const now = () => new Date();
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: CREDENTIALS });
  const credentials = async () => CREDENTIALS;
  const address = bucketAddress({ bucket: BUCKET, region, endpoint, forcePathStyle: true });
  const clock = createStoreClock(now);
  const send = createStoreSender({ address, region, credentials, clock, transport: sendByFetch });
  const store = { client: async () => client, send, bucket: BUCKET, integrity: "CRC64NVME" as const };
  const deps: ApiDeps = {
    collections,
    store,
    limits: createStoreLimits({ store, collections, limits: {}, now }),
    audit: () => {},
    signer: createRequestSigner({ address, region, credentials, now }),
    doors: {},
    tokens: createUploadTokens({ keys: [{ kid: "bench", secret: new Uint8Array(32) }], now }),
    address,
    region,
    credentials,
    now,
    version: "0.0.0",
    login: null,
  };
  const api = createHTTPServer({
    router: appRouter,
    createContext: () => ({
      deps,
      requestId: "bench",
      authenticate: async () => ({ id: "bench", scopes: [] }),
      setCookies: [],
    }),
  });
  return new Promise((resolve) => {
    api.listen(0, "127.0.0.1");
    api.on("listening", () => {
      const at = api.address();
      resolve(`http://127.0.0.1:${typeof at === "object" ? at?.port : ""}`);
    });
  });
}

function createFakeStore(downloadBytes: number): (socket: Socket) => void {
  const parts = new Map<string, Map<number, Stored>>();
  const objects = new Map<string, Stored>();
  let uploads = 0;

  function answer(head: RequestHead): string {
    const { method, path, query, headers } = head;
    const uploadId = query.get("uploadId") ?? "";
    const checksum = headers.get("x-amz-checksum-crc64nvme");
    const stored: Stored = { sizeBytes: Number(headers.get("content-length") ?? 0), checksum };
    if (method === "POST" && query.has("uploads")) {
      const id = `upload-${++uploads}`;
      parts.set(id, new Map());
      return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (method === "PUT") {
      if (uploadId === "") objects.set(path, stored);
      else parts.get(uploadId)?.set(Number(query.get("partNumber")), stored);
      return response("200 OK", { etag: '"part"' });
    }
    if (method === "GET" && uploadId !== "") return xml(listParts(parts.get(uploadId) ?? new Map()));
    if (method === "POST" && uploadId !== "") {
      const sizeBytes = [...(parts.get(uploadId)?.values() ?? [])].reduce(
        (sum, part) => sum + part.sizeBytes,
        0,
      );
      objects.set(path, { sizeBytes, checksum });
      return xml(`<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>`);
    }
    if (method === "DELETE") return response("204 No Content", {});
    const object = objects.get(path) ?? { sizeBytes: downloadBytes, checksum: undefined };
    return response("200 OK", {
      etag: '"whole"',
      "content-length": String(object.sizeBytes),
      "last-modified": new Date(0).toUTCString(),
      ...(object.checksum === undefined ? {} : { "x-amz-checksum-crc64nvme": object.checksum }),
    });
  }

  return (socket) => serveConnection(socket, answer, downloadBytes);
}

function listParts(parts: ReadonlyMap<number, Stored>): string {
  const rows = [...parts].map(
    ([number, { sizeBytes, checksum }]) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>"part"</ETag><Size>${sizeBytes}</Size><ChecksumCRC64NVME>${checksum}</ChecksumCRC64NVME></Part>`,
  );
  return `<ListPartsResult><IsTruncated>false</IsTruncated>${rows.join("")}</ListPartsResult>`;
}

interface RequestHead {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: ReadonlyMap<string, string>;
}

/** As little HTTP as these clients need, since Node's own takes more time than reading the bytes does. */
function serveConnection(socket: Socket, answer: (head: RequestHead) => string, downloadBytes: number): void {
  let pending: Buffer = Buffer.alloc(0);
  let current: { head: RequestHead; left: number } | undefined;
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    if (current !== undefined && chunk.length < current.left) {
      current.left -= chunk.length; // the fast way: nothing of a body is wanted
      return;
    }
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      if (current === undefined) {
        const end = pending.indexOf("\r\n\r\n");
        if (end < 0) return void (pending.length > MAX_HEAD_BYTES && socket.destroy());
        const head = parseHead(pending.toString("latin1", 0, end));
        pending = pending.subarray(end + 4);
        if (head.headers.get("expect") === "100-continue") socket.write("HTTP/1.1 100 Continue\r\n\r\n");
        current = { head, left: Number(head.headers.get("content-length") ?? 0) };
      }
      const taken = Math.min(pending.length, current.left);
      current.left -= taken;
      pending = pending.subarray(taken);
      if (current.left > 0) return;
      const { head } = current;
      current = undefined;
      const isDownload = head.method === "GET" && !head.query.has("uploadId");
      if (isDownload) sendObject(socket, head, downloadBytes);
      else socket.write(answer(head));
    }
  });
}

const BLOCK = Buffer.alloc(1024 ** 2, "0123456789abcdef");

function sendObject(socket: Socket, { headers }: RequestHead, sizeBytes: number): void {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "") ?? [];
  const start = Number(first ?? 0);
  const end = last === undefined ? sizeBytes : Number(last) + 1;
  const range = { "content-range": `bytes ${start}-${end - 1}/${sizeBytes}` };
  socket.write(
    response(first === undefined ? "200 OK" : "206 Partial Content", {
      etag: '"whole"',
      "content-length": String(end - start),
      ...(first === undefined ? {} : range),
    }),
  );
  let left = end - start;
  const send = () => {
    while (left > 0) {
      const block = BLOCK.subarray(0, Math.min(left, BLOCK.length));
      left -= block.length;
      if (!socket.write(block) && left > 0) return void socket.once("drain", send);
    }
  };
  send();
}

function parseHead(text: string): RequestHead {
  const [requestLine = "", ...lines] = text.split("\r\n");
  const [method = "", target = ""] = requestLine.split(" ");
  const { pathname, searchParams } = new URL(target, "http://store");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { method, path: pathname, query: searchParams, headers };
}

function xml(body: string): string {
  return (
    response("200 OK", { "content-type": "application/xml", "content-length": String(body.length) }) + body
  );
}

function response(status: string, headers: Record<string, string>): string {
  const all = { "content-length": "0", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`;
}
