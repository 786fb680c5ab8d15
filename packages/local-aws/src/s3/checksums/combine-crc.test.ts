import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { crc32, crc64 } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { combineCrc, type CrcAlgorithm } from "./combine-crc.ts";
import { createDigest } from "./create-digest.ts";

const CHECK_VALUES = { CRC64NVME: "ae8b14860a799888", CRC32: "cbf43926", CRC32C: "e3069283" };

/** In hex, by code that shares nothing with the digests here. */
const REFERENCES: Record<CrcAlgorithm, (bytes: Uint8Array) => string | Promise<string>> = {
  CRC64NVME: (bytes) => crc64(bytes, "9a6c9329ac4bc9b5"),
  CRC32: (bytes) => zlibCrc32(bytes).toString(16).padStart(8, "0"),
  CRC32C: (bytes) => crc32(bytes, 0x82_f6_3b_78),
};

function crcOf(algorithm: CrcAlgorithm, bytes: Uint8Array): Buffer {
  const digest = createDigest(algorithm);
  digest.update(bytes);
  return digest.digest();
}

describe.each(["CRC64NVME", "CRC32", "CRC32C"] as const)("the %s", (algorithm) => {
  it("of 123456789 is the one of the catalogue", () => {
    expect(crcOf(algorithm, Buffer.from("123456789")).toString("hex")).toBe(CHECK_VALUES[algorithm]);
  });

  it("of a whole is combined from its parts, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), async (parts) => {
        const digests = parts.map((part) => ({ digest: crcOf(algorithm, part), sizeBytes: part.length }));
        const whole = await REFERENCES[algorithm](Buffer.concat(parts));
        expect(combineCrc(algorithm, digests).toString("hex")).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });
});
