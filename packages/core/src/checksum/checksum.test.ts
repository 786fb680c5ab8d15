import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumOfBytes, createChecksum } from "./checksum.ts";
import { createCrc64Nvme } from "./crc.ts";

const HASHES = ["SHA256", "MD5"] as const;
const hashOf = (algorithm: "SHA256" | "MD5", bytes: Uint8Array) =>
  createHash(algorithm).update(bytes).digest("base64");

describe("createChecksum", () => {
  it.each(HASHES)("computes %s, however the bytes are cut", (algorithm) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(500), (bytes, place) => {
        const checksum = createChecksum(algorithm);
        checksum.update(bytes.subarray(0, place));
        checksum.update(bytes.subarray(place));
        expect(checksum.digest()).toBe(hashOf(algorithm, bytes));
      }),
    );
  });

  it.each(HASHES)("leaves %s to a host that has its own, and nothing else", (algorithm) => {
    const made: string[] = [];
    const deps = {
      createSha256: () => (made.push("SHA256"), createHash("sha256")),
      createMd5: () => (made.push("MD5"), createHash("md5")),
    };
    const bytes = new Uint8Array([1, 2, 3]);
    expect(checksumOfBytes(algorithm, bytes, deps)).toBe(hashOf(algorithm, bytes));
    checksumOfBytes("CRC32", bytes, deps);
    expect(made).toEqual([algorithm]);
  });

  it.each([
    ["CRC64NVME", "rosUhgp5mIg="],
    ["CRC32", "y/Q5Jg=="],
    ["CRC32C", "4waSgw=="],
    ["SHA256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="],
    ["MD5", "JfnnlDI7RTiF9RgfG2JNCw=="],
  ] as const)("writes the %s of 123456789 as S3 does: in base64, big endian", (algorithm, value) => {
    expect(checksumOfBytes(algorithm, new TextEncoder().encode("123456789"))).toBe(value);
  });
});

it("createCrc64Nvme computes CRC64NVME", () => {
  const checksum = createCrc64Nvme();
  checksum.update(new TextEncoder().encode("123456789"));
  expect(checksum.digest()).toBe("rosUhgp5mIg=");
});
