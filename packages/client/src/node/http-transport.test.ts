import { once } from "node:events";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createHttpTransport } from "./http-transport.ts";
import { createPositionalReader } from "./positional-reader.ts";

it("stops sending when the answer comes before the end of the body, and closes that connection", async () => {
  const size = 64 * 1024 ** 2;
  const folder = await mkdtemp(join(tmpdir(), "waybill-transport-"));
  await writeFile(join(folder, "body"), Buffer.alloc(size));
  await using handle = await open(join(folder, "body"));
  let received = 0;
  const server = createServer((request, response) => {
    request.on("error", () => {}); // it is cut off
    request.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    response.writeHead(403);
    response.end("<Error><Code>AccessDenied</Code></Error>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
  const { transport, close } = createHttpTransport();
  const { signal } = new AbortController();
  const response = await transport(
    { method: "PUT", url, headers: {} },
    { read: createPositionalReader(handle), start: 0, end: size },
    { signal, onSent: () => {}, fresh: false, pace: undefined },
  );
  expect(response).toMatchObject({ status: 403, text: "<Error><Code>AccessDenied</Code></Error>" });
  await expect
    .poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count))))
    .toBe(0);
  expect(received).toBeLessThan(size);
  close();
  server.close();
  await rm(folder, { recursive: true });
});
