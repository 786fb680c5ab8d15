import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumOfBytes, createChecksum } from "./checksum.ts";
import { createCrc64Nvme } from "./crc.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");

describe("createChecksum", () => {
  it("computes SHA-256, however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(500), (bytes, place) => {
        const checksum = createChecksum("SHA256");
        checksum.update(bytes.subarray(0, place));
        checksum.update(bytes.subarray(place));
        expect(checksum.digest()).toBe(sha256(bytes));
      }),
    );
  });

  it("leaves SHA-256, and it alone, to a host that has its own", () => {
    let made = 0;
    const createSha256 = () => (made++, createHash("sha256"));
    const bytes = new Uint8Array([1, 2, 3]);
    expect(checksumOfBytes("SHA256", bytes, { createSha256 })).toBe(sha256(bytes));
    expect(made).toBe(1);
    checksumOfBytes("CRC32", bytes, { createSha256 });
    expect(made).toBe(1);
  });

  it.each([
    ["CRC64NVME", "rosUhgp5mIg="],
    ["CRC32", "y/Q5Jg=="],
    ["CRC32C", "4waSgw=="],
    ["SHA256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="],
  ] as const)("writes the %s of 123456789 as S3 does: in base64, big endian", (algorithm, value) => {
    expect(checksumOfBytes(algorithm, new TextEncoder().encode("123456789"))).toBe(value);
  });
});

it("createCrc64Nvme computes CRC64NVME", () => {
  const checksum = createCrc64Nvme();
  checksum.update(new TextEncoder().encode("123456789"));
  expect(checksum.digest()).toBe("rosUhgp5mIg=");
});
