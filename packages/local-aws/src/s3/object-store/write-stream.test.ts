import { open, readFile, rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDigestThreads } from "../checksums/digest-threads.ts";
import { createLocalDigests, type RunningDigests } from "../checksums/running-digests.ts";
import { writeStream } from "./write-stream.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "write-stream-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(
  source: Readable,
  { digests, blockBytes }: { digests: RunningDigests; blockBytes: number },
): Promise<{ sizeBytes: number; bytes: Buffer }> {
  const path = join(folder, "blob");
  const file = await open(path, "w");
  const createBlock = (): Uint8Array => new Uint8Array(new SharedArrayBuffer(blockBytes));
  const blocks = [createBlock(), createBlock()] as const;
  try {
    const sizeBytes = await writeStream({ source, fd: file.fd, digests, blocks });
    return { sizeBytes, bytes: await readFile(path) };
  } finally {
    await file.close();
  }
}

/** Sees what it is given, as a thread would: later, and from the same memory. */
function createWitness(): RunningDigests & { seen: Buffer[] } {
  const seen: Buffer[] = [];
  return {
    seen,
    async update(block) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(Buffer.from(block));
    },
    finish: async () => new Map(),
    discard() {},
  };
}

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });

describe("a stream on its way to a file", () => {
  it("arrives whole in the file and in the digests, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 50 }), async (pieces, blockBytes) => {
        const witness = createWitness();
        const source = Readable.from(
          pieces.map((piece) => Buffer.from(piece)),
          { objectMode: false },
        );
        const { sizeBytes, bytes } = await write(source, { digests: witness, blockBytes });
        const whole = Buffer.concat(pieces);
        expect(sizeBytes).toBe(whole.length);
        expect(bytes.equals(whole)).toBe(true);
        expect(Buffer.concat(witness.seen).equals(whole)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("has the same digests whether this thread or another one computes them", async () => {
    const names = ["MD5", "CRC64NVME", "CRC32", "CRC32C", "SHA1", "SHA256"] as const;
    const threads = createDigestThreads();
    const bytes = Buffer.alloc(3_000_001, "some bytes, again and again");
    const pieces = [bytes.subarray(0, 1), bytes.subarray(1, 1_000_000), bytes.subarray(1_000_000)];
    const computeBy = async (digests: RunningDigests): Promise<unknown> => {
      await write(Readable.from(pieces), { digests, blockBytes: 512 * 1024 });
      return digests.finish();
    };
    const here = await computeBy(createLocalDigests(names));
    const [one, other] = await Promise.all([threads.open(names), threads.open(names)]);
    await one.update(new Uint8Array(10));
    one.discard();
    expect(await computeBy(other)).toEqual(here);
    await threads.close();
  });

  it("rejects when a digest fails, and leaves the rest of the stream to others", async () => {
    const failing = { ...createWitness(), update: () => Promise.reject(new Error("no more")) };
    const source = Readable.from(Array.from({ length: 50 }, () => Buffer.alloc(10)));
    await expect(write(source, { digests: failing, blockBytes: 20 })).rejects.toThrow("no more");
    let rest = 0;
    for await (const chunk of source) rest += chunk.length;
    expect(rest).toBeGreaterThan(300);
  });

  it("rejects when the stream fails or closes before its end", async () => {
    const options = () => ({ digests: createWitness(), blockBytes: 20 });
    const failing = Readable.from(
      (async function* () {
        yield Buffer.alloc(50);
        throw new Error("broken off");
      })(),
    );
    await expect(write(failing, options())).rejects.toThrow("broken off");
    const closed = new Readable({ read() {} });
    closed.destroy();
    await expect(write(closed, options())).rejects.toThrow("closed before its end");
    const closing = new Readable({ read() {} });
    closing.push(Buffer.alloc(30));
    setImmediate(() => closing.destroy());
    await expect(write(closing, options())).rejects.toThrow("closed before its end");
  });
});
