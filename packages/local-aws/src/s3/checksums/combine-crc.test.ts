import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineCrc, type CrcAlgorithm } from "./combine-crc.ts";
import { createDigest } from "./create-digest.ts";

const CHECK_VALUES = { CRC64NVME: "ae8b14860a799888", CRC32: "cbf43926", CRC32C: "e3069283" };

async function crcOf(algorithm: CrcAlgorithm, bytes: Uint8Array): Promise<Buffer> {
  const digest = await createDigest(algorithm);
  digest.update(Buffer.from(bytes));
  return digest.digest();
}

describe.each(["CRC64NVME", "CRC32", "CRC32C"] as const)("the %s", (algorithm) => {
  it("of 123456789 is the one of the catalogue", async () => {
    const crc = await crcOf(algorithm, Buffer.from("123456789"));
    expect(crc.toString("hex")).toBe(CHECK_VALUES[algorithm]);
  });

  it("of a whole is combined from its parts, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), async (parts) => {
        const digests = [];
        for (const part of parts) {
          digests.push({ digest: await crcOf(algorithm, part), sizeBytes: part.length });
        }
        const whole = await crcOf(algorithm, Buffer.concat(parts));
        expect(combineCrc(algorithm, digests).toString("hex")).toBe(whole.toString("hex"));
      }),
      { numRuns: 50 },
    );
  });
});

it("combines the parts of the largest upload in well under a second", async () => {
  const digest = await crcOf("CRC64NVME", Buffer.from("part"));
  const parts = Array.from({ length: 10_000 }, () => ({ digest, sizeBytes: 5 * 1024 ** 3 }));
  const start = performance.now();
  combineCrc("CRC64NVME", parts);
  expect(performance.now() - start).toBeLessThan(1000);
});
