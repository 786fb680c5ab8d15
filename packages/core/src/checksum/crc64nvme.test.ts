import { Crc64Nvme as SdkCrc64Nvme } from "@aws-sdk/crc64-nvme";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineCrc64Nvme } from "./combine-crc64nvme.ts";
import { createCrc64Nvme } from "./crc64nvme.ts";

async function crc(...chunks: Uint8Array[]): Promise<string> {
  const checksum = await createCrc64Nvme();
  for (const chunk of chunks) checksum.update(chunk);
  return checksum.digest();
}

async function sdkCrc(bytes: Uint8Array): Promise<string> {
  const sdk = new SdkCrc64Nvme();
  sdk.update(bytes);
  return Buffer.from(await sdk.digest()).toString("base64");
}

describe("createCrc64Nvme", () => {
  it("gives the check value of the CRC catalogue for 123456789", async () => {
    expect(await crc(new TextEncoder().encode("123456789"))).toBe(
      Buffer.from("ae8b14860a799888", "hex").toString("base64"),
    );
  });

  it("agrees with the SDK's implementation, however the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.nat(5000), async (bytes, cut) => {
        expect(await crc(bytes.subarray(0, cut), bytes.subarray(cut))).toBe(await sdkCrc(bytes));
      }),
    );
  });
});

describe("combineCrc64Nvme", () => {
  it("gives the value of the whole from the values of any pieces", async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(pieces, async (chunks) => {
        const ranges = [];
        for (const chunk of chunks) ranges.push({ value: await crc(chunk), sizeBytes: chunk.length });
        expect(combineCrc64Nvme(ranges)).toBe(await sdkCrc(Buffer.concat(chunks)));
      }),
    );
  });

  it("leaves the value of one piece as it is, and gives 0 for none", async () => {
    const value = await crc(new Uint8Array([1, 2, 3]));
    expect(combineCrc64Nvme([{ value, sizeBytes: 3 }])).toBe(value);
    expect(combineCrc64Nvme([])).toBe(await crc());
  });
});
