import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { openConnection } from "./connection.ts";
import { requestRange } from "./request-range.ts";

/** Ask something that answers with just this text, and then ends the connection or leaves it open. */
async function ask(answer: string, { ends }: { ends: boolean }) {
  const server = createServer((socket) => {
    socket.on("error", () => {}); // the client goes away
    socket.on("data", () => (ends ? socket.end(answer) : socket.write(answer)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = new URL(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`);
  const connection = openConnection(url, () => {});
  try {
    const wanted = { range: { start: 0, end: 10 }, sizeBytes: 10, eTag: '"1"' };
    return await requestRange(connection, { method: "GET", url: url.href, headers: {} }, wanted);
  } finally {
    connection.destroy();
    server.close();
  }
}

const head = (status: string, ...headers: string[]) =>
  [`HTTP/1.1 ${status}`, ...headers, "", ""].join("\r\n");
const CHUNKED = head("503 Service Unavailable", "Transfer-Encoding: chunked");
const SLOW_DOWN = "<Error><Code>SlowDown</Code></Error>";

describe("a refusal", () => {
  it.each([
    ["chunks", `${CHUNKED}7\r\n<Error>\r\n1d;x=y\r\n<Code>SlowDown</Code></Error>\r\n0\r\n\r\n`, "SlowDown"],
    ["no chunk", `${CHUNKED}0\r\n\r\n`, "HTTP 503"],
    ["a length", `${head("503 No", `Content-Length: ${SLOW_DOWN.length}`)}${SLOW_DOWN}`, "SlowDown"],
    ["nothing", head("503 No", "Content-Length: 0"), "HTTP 503"],
  ])("that comes in %s is heard while the connection stays open", async (_, answer, reason) => {
    const refused = await ask(answer, { ends: false });
    expect(refused).toMatchObject({ ok: false, error: { code: "STORAGE_BUSY" } });
    expect(refused.ok ? "" : refused.error.message).toContain(reason);
  });

  it.each([
    ["in a chunk", `${CHUNKED}24\r\n<Error><Code>SlowDown</Code>`],
    ["between chunks", `${CHUNKED}24\r\n${SLOW_DOWN}`],
    ["in what is no chunk", `${CHUNKED}zz\r\n012`],
    ["before the first chunk", CHUNKED],
    ["with its connection", `${head("503 No")}${SLOW_DOWN}`],
  ])("that ends %s is one all the same", async (_, answer) => {
    const refused = await ask(answer, { ends: true });
    expect(refused).toMatchObject({ ok: false, error: { code: "STORAGE_BUSY" } });
  });
});
