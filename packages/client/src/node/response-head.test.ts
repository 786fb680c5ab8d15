import { describe, expect, it } from "vitest";
import { parseResponseHead } from "./response-head.ts";

const head = (...lines: string[]) => parseResponseHead([...lines, "", ""].join("\r\n"));

describe("parseResponseHead", () => {
  it("reads what stores answer", () => {
    const parsed = head(
      "HTTP/1.1 206 Partial Content",
      'ETag: "1"',
      "content-length:  7 ",
      "X-Empty:",
      "Vary: a",
      "vary: b",
    );
    expect(parsed).toMatchObject({ status: 206, body: 7, keepAlive: true });
    expect([...parsed.headers]).toEqual([
      ["etag", '"1"'],
      ["content-length", "7"],
      ["x-empty", ""],
      ["vary", "a, b"],
    ]);
  });

  it.each([
    [["HTTP/1.1 200", "Content-Length: 0", "Connection: Keep-Alive, Close"], 0, false],
    [["HTTP/1.0 200 OK", "Content-Length: 1"], 1, false],
    [["HTTP/1.1 503 Slow Down", "Transfer-Encoding: chunked"], "chunked", false],
    [["HTTP/1.1 200 OK"], "until-end", false],
  ])("knows where the body of %j ends, and whether more may follow", (lines, body, keepAlive) => {
    expect(head(...lines)).toMatchObject({ body, keepAlive });
  });

  it.each([
    ["another protocol", ["SSH-2.0-OpenSSH_9.9"]],
    ["another version", ["HTTP/2 200 OK"]],
    ["a status that there is not", ["HTTP/1.1 999 Odd"]],
    ["a folded header", ["HTTP/1.1 200 OK", "A: b", " c"]],
    ["a bare line feed", ["HTTP/1.1 200 OK", "A: b\nContent-Length: 1"]],
    ["a space before the colon", ["HTTP/1.1 200 OK", "Content-Length : 1"]],
    ["two lengths", ["HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2"]],
    ["a length that is no number", ["HTTP/1.1 200 OK", "Content-Length: +1"]],
    ["a length beside chunks", ["HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked"]],
    ["an encoding that it cannot undo", ["HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked"]],
  ])("refuses %s", (_, lines) => {
    expect(() => head(...lines)).toThrow("is not valid HTTP");
  });

  it("refuses a head that has no end", () => {
    expect(() => parseResponseHead("HTTP/1.1 200 OK\r\nA: b\r\n")).toThrow("its head has no end");
  });
});
