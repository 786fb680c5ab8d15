import { execFileSync } from "node:child_process";
import { crc32 } from "node:zlib";
import { Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createCrc, createSmallCrc64Nvme } from "./crc.ts";
import { dividerOf } from "./crc-divider.ts";
import { createCrcDivision } from "./crc-division.ts";
import { ZERO, type CrcAlgorithm, type Remainder } from "./crc-field.ts";

const CRCS = ["CRC64NVME", "CRC32", "CRC32C"] as const;
const ENGINES = { WebAssembly: createCrcDivision, "plain TypeScript": () => undefined } as const;
const CASES = CRCS.flatMap((algorithm) =>
  (["WebAssembly", "plain TypeScript"] as const).map((engine) => ({ algorithm, engine })),
);

/** Around words, steps, histories, what is gathered before it is divided, and what is divided at once. */
const EDGES = [1, 8, 16, 64, 4018, 5321, 7060, 8192, 16_384, 65_536, 131_072 - 7060, 131_072];
const SIZES = [0, ...EDGES.flatMap((edge) => [edge - 1, edge, edge + 1])];

let noise: Uint8Array;
beforeAll(() => {
  noise = someNoise(5 * 1024 ** 2);
});

it("has one WebAssembly instance for all that is tested here, which divides by each polynomial", async () => {
  for (const algorithm of CRCS) {
    expect(createCrcDivision(algorithm, ZERO)).toBeDefined();
    expect(dividerOf(algorithm)?.memory).toBe(dividerOf("CRC32")?.memory);
    const crc = createCrc(algorithm);
    crc.update(noise.subarray(0, 50_000));
    expect(crc.digest()).toBe(await reference(algorithm, noise.subarray(0, 50_000)));
  }
});

it("computes CRC64NVME by tables alone as the SDK does, however the bytes come", async () => {
  for (const size of [0, 1, 7, 8, 9, 4096, 50_000]) {
    const crc = createSmallCrc64Nvme();
    crc.update(noise.subarray(0, size >> 1));
    crc.update(noise.subarray(size >> 1, size));
    expect(crc.digest()).toBe(await reference("CRC64NVME", noise.subarray(0, size)));
  }
});

it("leaves a stream to WebAssembly once it is long, and goes on there where the tables stopped", async () => {
  const started: Remainder[] = [];
  const crc = createCrc("CRC32", (algorithm, remainder) => {
    started.push(remainder);
    return createCrcDivision(algorithm, remainder);
  });
  crc.update(noise.subarray(0, 16_383));
  expect(started).toHaveLength(0);
  crc.update(noise.subarray(16_383, 16_384));
  crc.update(noise.subarray(16_384, 60_000));
  expect(started).toEqual([{ high: 0, low: ~crc32(noise.subarray(0, 16_383)) }]);
  expect(crc.digest()).toBe(await reference("CRC32", noise.subarray(0, 60_000)));
});

it("does without WebAssembly where there is none", async () => {
  const program = `
    import { createCrc64Nvme } from ${JSON.stringify(new URL("crc.ts", import.meta.url).href)};
    delete globalThis.WebAssembly;
    const crc = createCrc64Nvme();
    crc.update(new Uint8Array(100_000).fill(7));
    console.log(typeof WebAssembly, crc.digest());`;
  const options = ["--no-warnings", "--input-type=module", "--eval", program];
  expect(execFileSync(process.execPath, options, { encoding: "utf8" }).trim()).toBe(
    `undefined ${await reference("CRC64NVME", new Uint8Array(100_000).fill(7))}`,
  );
});

describe.each(CASES)("the $algorithm in $engine", ({ algorithm, engine }) => {
  function crcOf(...chunks: readonly Uint8Array[]): string {
    const crc = createCrc(algorithm, ENGINES[engine]);
    for (const chunk of chunks) crc.update(chunk);
    return crc.digest();
  }

  it("gives the check value of the CRC catalogue for 123456789", () => {
    expect(toHex(crcOf(new TextEncoder().encode("123456789")))).toBe(CATALOGUE[algorithm].check);
  });

  it("agrees with the definition of the catalogue, bit by bit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(toHex(crcOf(bytes))).toBe(byDefinition(algorithm, bytes));
      }),
    );
  });

  it("agrees with another implementation around every size at which something changes", async () => {
    for (const sizeBytes of SIZES) {
      const bytes = noise.subarray(3, 3 + sizeBytes);
      expect(crcOf(bytes), `${sizeBytes} bytes`).toBe(await reference(algorithm, bytes));
    }
  });

  it("agrees with another implementation for many bytes, at once and cut", async () => {
    // Tables know no long streams, and mutants of them read slowly.
    const bytes = engine === "WebAssembly" ? noise : noise.subarray(0, 200_003);
    const expected = await reference(algorithm, bytes);
    expect(crcOf(bytes)).toBe(expected);
    for (const sizeBytes of [999, 16_384, 65_536, 1_000_003])
      expect(crcOf(...cut(bytes, sizeBytes))).toBe(expected);
  });

  it("gives the same however the bytes are cut, and whatever runs beside it", async () => {
    const sizes = fc.array(fc.oneof(fc.constantFrom(...SIZES), fc.nat(40_000)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(sizes, { minLength: 2, maxLength: 3 }),
        fc.nat(99),
        async (streams, start) => {
          const running = streams.map(() => createCrc(algorithm, ENGINES[engine]));
          const read = streams.map(() => start);
          const turns = Math.max(...streams.map((chunks) => chunks.length));
          for (let turn = 0; turn < turns; turn++) {
            for (const [stream, chunks] of streams.entries()) {
              const from = read[stream] ?? 0;
              const to = from + (chunks[turn] ?? 0);
              running[stream]?.update(noise.subarray(from, to));
              read[stream] = to;
            }
          }
          for (const [stream, crc] of running.entries()) {
            expect(crc.digest()).toBe(await reference(algorithm, noise.subarray(start, read[stream])));
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("reads bytes as they are at the time, and keeps none of the caller's memory", async () => {
    const buffer = noise.slice(0, 40_000);
    const expected = await reference(algorithm, noise.subarray(0, 80_000));
    const crc = createCrc(algorithm, ENGINES[engine]);
    crc.update(buffer);
    buffer.set(noise.subarray(40_000, 80_000));
    crc.update(buffer.subarray(0, 5000)); // small enough to be gathered
    crc.update(buffer.subarray(5000, 12_000));
    const rest = buffer.slice(12_000);
    buffer.fill(0);
    crc.update(rest);
    expect(crc.digest()).toBe(expected);
  });
});

/** Source: https://reveng.sourceforge.io/crc-catalogue/all.htm (all: refin, refout, init and xorout all ones) */
const CATALOGUE = {
  CRC64NVME: { width: 64n, poly: 0xad93d23594c93659n, check: "ae8b14860a799888" },
  CRC32: { width: 32n, poly: 0x04c11db7n, check: "cbf43926" },
  CRC32C: { width: 32n, poly: 0x1edc6f41n, check: "e3069283" },
} as const;

function byDefinition(algorithm: CrcAlgorithm, bytes: Uint8Array): string {
  const { width, poly } = CATALOGUE[algorithm];
  const ones = (1n << width) - 1n;
  let register = ones;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const next = BigInt((byte >> bit) & 1) ^ (register >> (width - 1n));
      register = ((register << 1n) & ones) ^ (next === 1n ? poly : 0n);
    }
  }
  let reflected = 0n;
  for (let bit = 0n; bit < width; bit++) reflected = (reflected << 1n) | (((register ^ ones) >> bit) & 1n);
  return reflected.toString(16).padStart(Number(width) / 4, "0");
}

async function reference(algorithm: CrcAlgorithm, bytes: Uint8Array): Promise<string> {
  if (algorithm === "CRC32") {
    const digest = Buffer.alloc(4);
    digest.writeUInt32BE(crc32(bytes));
    return digest.toString("base64");
  }
  const sdk = algorithm === "CRC32C" ? new Crc32c() : new Crc64Nvme();
  sdk.update(bytes);
  return Buffer.from(await sdk.digest()).toString("base64");
}

function someNoise(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let state = 0x9e3779b9;
  for (let index = 0; index < sizeBytes; index++) {
    state ^= state << 13; // xorshift32
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state;
  }
  return bytes;
}

function cut(bytes: Uint8Array, sizeBytes: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / sizeBytes);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * sizeBytes, (index + 1) * sizeBytes),
  );
}

function toHex(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}
