import { WaybillError, type SignedRequest } from "@waybill/core";
import type { RangeOfObject } from "../engine/byte-range.ts";
import { responseError } from "../engine/response-error.ts";
import { readingChunks } from "./chunked-body.ts";
import type { Connection } from "./connection.ts";
import { parseResponseHead, type ResponseHead } from "./response-head.ts";

const MAX_HEAD_BYTES = 64 * 1024;
const MAX_TEXT_BYTES = 64 * 1024;
const MAX_LINE_BYTES = 1024;

export type RangeAnswer =
  /** `read` fills buffers with the body. */
  | { ok: true; keepAlive: boolean; read: (into: Uint8Array) => Promise<number> }
  /** The connection is of no more use. */
  | { ok: false; error: WaybillError };

/**
 * Ask for a range. When it is granted, the body that follows is exactly that range of that version.
 *
 * @throws {WaybillError} `STORAGE_UNREACHABLE` when no answer can be read
 */
export async function requestRange(
  connection: Connection,
  request: SignedRequest,
  wanted: RangeOfObject,
): Promise<RangeAnswer> {
  connection.write(requestText(request, wanted));
  const head = await readHead(connection);
  const error = successError(head, wanted) ?? (await refusalOf(connection, head));
  if (error !== undefined) return { ok: false, error };
  const read =
    head.body === "chunked" ? readingChunks(connection) : (into: Uint8Array) => connection.read(into);
  return { ok: true, keepAlive: head.keepAlive, read };
}

function requestText({ url, headers }: SignedRequest, { range, eTag }: RangeOfObject): string {
  const { host, pathname, search } = new URL(url);
  const lines = Object.entries({
    host,
    "user-agent": "waybill",
    ...headers,
    "if-match": eTag,
    range: `bytes=${range.start}-${range.end - 1}`,
  }).map(([name, value]) => `${name}: ${value}`);
  const text = [`GET ${pathname}${search} HTTP/1.1`, ...lines].join("\r\n");
  // One request, whatever the grant or the ETag hold.
  if (!/^[\t\r\n -~\x80-\xff]*$/.test(text) || text.split(/[\r\n]+/).length !== lines.length + 1) {
    throw new WaybillError("STORAGE_DENIED", "The signed request holds what no HTTP header may hold.");
  }
  return `${text}\r\n\r\n`;
}

async function readHead(connection: Connection): Promise<ResponseHead> {
  for (;;) {
    const bytes = await connection.readUntil("\r\n\r\n", MAX_HEAD_BYTES);
    if (bytes.length === 0) throw new WaybillError("STORAGE_UNREACHABLE");
    const head = parseResponseHead(bytes.toString("latin1"));
    if (head.status >= 200) return head; // what is below only announces it
  }
}

/** What is wrong with a success: undefined when nothing is, or when it is none. */
function successError(head: ResponseHead, { range, sizeBytes, eTag }: RangeOfObject) {
  const { status, headers, body } = head;
  if (status < 200 || status >= 300) return undefined;
  const isWhole = range.start === 0 && range.end === sizeBytes;
  // A store may answer a range that is the whole without calling it a range.
  if (status !== 206 && !(status === 200 && isWhole))
    return new WaybillError("STORAGE_DENIED", "The store ignored the range that it was asked for.");
  const contentRange = `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
  // Who streams does not say how long it will be.
  const isLong = body === "chunked" || body === range.end - range.start;
  if ((status === 206 && headers.get("content-range") !== contentRange) || !isLong)
    return new WaybillError("STORAGE_DENIED", "The store answered with other bytes than it was asked for.");
  // Not every store knows If-Match. A proxy may have made the tag a weak one.
  const answered = headers.get("etag")?.replace(/^W\//, "");
  return answered === undefined || answered === eTag ? undefined : new WaybillError("OBJECT_CHANGED");
}

async function refusalOf(connection: Connection, head: ResponseHead): Promise<WaybillError | undefined> {
  const { status } = head;
  if (status >= 200 && status < 300) return undefined;
  if (status === 412 || status === 416) return new WaybillError("OBJECT_CHANGED"); // 416: it is shorter now
  const text = (await readText(connection, head)).toString("utf8");
  return responseError({ status, text, retryAfter: head.headers.get("retry-after") });
}

async function readText(connection: Connection, { body }: ResponseHead): Promise<Buffer> {
  if (body === "chunked") return readChunks(connection);
  const text = Buffer.alloc(body === "until-end" ? MAX_TEXT_BYTES : Math.min(body, MAX_TEXT_BYTES));
  return text.subarray(0, await connection.read(text));
}

/** What comes behind the last chunk is of no interest, as the connection is not used any more. */
async function readChunks(connection: Connection): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let room = MAX_TEXT_BYTES; room > 0;) {
    const line = await connection.readUntil("\r\n", MAX_LINE_BYTES);
    const size = Number.parseInt(line.toString("latin1"), 16);
    if (!(size > 0)) break;
    const chunk = Buffer.alloc(Math.min(size, room));
    chunks.push(chunk.subarray(0, await connection.read(chunk)));
    room -= chunk.length;
    await connection.readUntil("\r\n", MAX_LINE_BYTES);
  }
  return Buffer.concat(chunks);
}
