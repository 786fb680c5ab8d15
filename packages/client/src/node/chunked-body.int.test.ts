import { once } from "node:events";
import { createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readingChunks } from "./chunked-body.ts";
import { openConnection } from "./connection.ts";

/** Read two buffers ahead from something that sends just these pieces, and then ends the connection. */
async function receive(pieces: readonly Buffer[], sizes: readonly number[]): Promise<Buffer> {
  const server = createServer((socket) => {
    socket.on("error", () => {}); // the client goes away
    socket.setNoDelay();
    socket.once("data", () => {
      for (const piece of pieces) socket.write(piece);
      socket.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : "";
  const connection = openConnection(new URL(`http://127.0.0.1:${port}/`), () => {});
  try {
    connection.write("GET");
    const read = readingChunks(connection);
    const reads = sizes.map((size) => {
      const into = Buffer.alloc(size);
      return read(into).then((filled) => into.subarray(0, filled));
    });
    return Buffer.concat(await Promise.all(reads));
  } finally {
    connection.destroy();
    server.close();
  }
}

function inChunks(chunks: readonly Uint8Array[]): Buffer {
  const ended = [...chunks.filter(({ length }) => length > 0), new Uint8Array()];
  return Buffer.concat(
    ended.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)};x=y\r\n`),
      chunk,
      Buffer.from("\r\n"),
    ]),
  );
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((place) => place % bytes.length).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

const CHUNKS = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 });
const PLACES = fc.array(fc.nat(), { maxLength: 4 });

describe("a body in chunks", () => {
  it("fills the buffers that wait for it, however it and they are cut", async () => {
    await fc.assert(
      fc.asyncProperty(CHUNKS, PLACES, fc.integer({ min: 1, max: 400 }), async (chunks, places, size) => {
        const whole = Buffer.concat(chunks);
        const sizes = Array<number>(Math.ceil(whole.length / size) + 1).fill(size);
        expect(await receive(cut(inChunks(chunks), places), sizes)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it("never passes for whole when it is not", async () => {
    await fc.assert(
      fc.asyncProperty(CHUNKS, fc.nat(), async (chunks, place) => {
        const whole = Buffer.concat(chunks);
        const sent = inChunks(chunks);
        const kept = sent.subarray(0, place % (sent.length - "0;x=y\r\n\r\n".length));
        // One byte more than there is: so that the end has to be read, too.
        const received = await receive([kept], [whole.length + 1]).catch((error: unknown) => error);
        if (received instanceof Buffer) expect(received.length).toBeLessThan(whole.length + 1);
        else expect(received).toMatchObject({ code: "STORAGE_UNREACHABLE" });
      }),
      { numRuns: 40 },
    );
  });

  it.each(["zz\r\n", "-1\r\nx\r\n", "3\r\nabcd\r\n0\r\n\r\n", `${"1".repeat(13)}\r\n`])(
    "refuses %j",
    async (text) => {
      await expect(receive([Buffer.from(text)], [10])).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
    },
  );
});
