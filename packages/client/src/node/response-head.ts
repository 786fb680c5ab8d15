import { WaybillError } from "@waybill/core";

/** The head of an HTTP/1.1 answer. */
export interface ResponseHead {
  status: number;
  /** By lower-case name; of several with one name, joined by a comma. */
  headers: ReadonlyMap<string, string>;
  /** Bytes of the body, or that it comes in chunks, or that it lasts until the connection ends. */
  body: number | "chunked" | "until-end";
  /** Whether another request may follow on the connection. */
  keepAlive: boolean;
}

const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*$/;

/**
 * Strict: what a lenient reader might take for one thing and a proxy for another is refused.
 *
 * @param text - up to and with the empty line
 * @throws {WaybillError} `STORAGE_UNREACHABLE`: whatever answered, it was no store
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
export function parseResponseHead(text: string): ResponseHead {
  if (!text.endsWith("\r\n\r\n")) throw invalid("its head has no end");
  const [statusLine = "", ...lines] = text.slice(0, -4).split("\r\n");
  const [, minor, status] = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n\0]*)?$/.exec(statusLine) ?? [];
  if (status === undefined) throw invalid("its status line cannot be read");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined) throw invalid("a header cannot be read");
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  const body = bodyOf(headers);
  const closes = /(^|,)\s*close\s*(,|$)/i.test(headers.get("connection") ?? "");
  return {
    status: Number(status),
    headers,
    body,
    keepAlive: minor === "1" && !closes && typeof body === "number",
  };
}

function bodyOf(headers: ReadonlyMap<string, string>): ResponseHead["body"] {
  const encoding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (encoding !== undefined) {
    if (length !== undefined || encoding.toLowerCase() !== "chunked")
      throw invalid("its length is ambiguous");
    return "chunked";
  }
  if (length === undefined) return "until-end";
  if (!/^\d{1,15}$/.test(length)) throw invalid("its length cannot be read");
  return Number(length);
}

function invalid(why: string): WaybillError {
  return new WaybillError("STORAGE_UNREACHABLE", `The store's answer is not valid HTTP: ${why}.`);
}
