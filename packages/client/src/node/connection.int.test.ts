import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../testing/make-certificate.ts";
import { openConnection, type Connection } from "./connection.ts";

const HEAD = "HEAD\r\n\r\n";
const KiB = 1024;

let tls: { key: Buffer; cert: Buffer };
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "waybill-connection-"));
  const { key, cert } = makeCertificate(folder);
  tls = { key: readFileSync(key), cert: readFileSync(cert) };
  await rm(folder, { recursive: true });
  setDefaultCACertificates([...getCACertificates(), tls.cert.toString()]);
});

/** Answers each line `SIZE` with a head and as many bytes, all at once. */
function answerLines(socket: Socket): void {
  socket.on("error", () => {}); // the client goes away
  let asked = "";
  socket.on("data", (chunk: Buffer) => {
    asked += chunk.toString("latin1");
    const lines = asked.split("\n");
    asked = lines.pop() ?? "";
    for (const size of lines) socket.write(Buffer.concat([Buffer.from(HEAD), bodyOf(Number(size))]));
  });
}

function bodyOf(size: number): Buffer {
  const body = Buffer.allocUnsafe(size);
  for (let index = 0; index < size; index++) body[index] = (index * 31 + (index >>> 8)) & 255;
  return body;
}

describe.each(["http", "https"])("a connection over %s", (protocol) => {
  let server: Server;
  let url: URL;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = protocol === "http" ? createServer(answerLines) : createTlsServer(tls, answerLines);
    server.on(protocol === "http" ? "connection" : "secureConnection", (socket: Socket) =>
      sockets.add(socket),
    );
    server.listen(0, "localhost");
    await once(server, "listening");
    const address = server.address();
    url = new URL(`${protocol}://localhost:${typeof address === "object" ? address?.port : ""}/`);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });

  async function ask(connection: Connection, size: number): Promise<void> {
    connection.write(`${size}\n`);
    expect((await connection.readUntil("\r\n\r\n", 64 * KiB)).toString()).toBe(HEAD);
  }

  it("gives what comes together with a head, in pieces of any size, to whoever is slow or ahead", async () => {
    const answers = fc.array(
      fc.record({
        size: fc.oneof(fc.nat(300), fc.integer({ min: 100 * KiB, max: 700 * KiB })),
        piece: fc.integer({ min: 1000, max: 300 * KiB }),
        isAhead: fc.boolean(),
        isSlow: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(answers, async (asked) => {
        const connection = openConnection(url, () => {});
        try {
          for (const { size, piece, isAhead, isSlow } of asked) {
            await ask(connection, size);
            const body = Buffer.alloc(size);
            const filled: Promise<number>[] = [];
            for (let at = 0; at < size; at += piece) {
              if (isSlow) await new Promise((resolve) => setTimeout(resolve, 2));
              filled.push(connection.read(body.subarray(at, at + piece)));
              if (!isAhead) await filled.at(-1);
            }
            await Promise.all(filled);
            expect(body.equals(bodyOf(size))).toBe(true);
            connection.rest();
          }
          expect(connection.isOpen()).toBe(true);
          expect(connection.cause()).toBeUndefined();
        } finally {
          connection.destroy();
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is closed by a byte that nobody asked for", async () => {
    const connection = openConnection(url, () => {});
    await ask(connection, 100);
    await connection.read(Buffer.alloc(100));
    connection.rest();
    for (const socket of sockets) if (!socket.destroyed) socket.write("x");
    await expect.poll(() => connection.isOpen()).toBe(false);
    expect(connection.cause()?.message).toBe("The store sent what nobody asked for.");
  });
});
