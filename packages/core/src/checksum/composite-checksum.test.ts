import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compositeChecksum } from "./composite-checksum.ts";

const parts = (sizeBytes: number) =>
  fc.array(fc.uint8Array({ minLength: sizeBytes, maxLength: sizeBytes }), { minLength: 1, maxLength: 20 });
const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

describe("compositeChecksum", () => {
  it("is the SHA-256 of the parts' SHA-256s, and their number", () => {
    fc.assert(
      fc.property(parts(32), (digests) => {
        const whole = createHash("sha256").update(Buffer.concat(digests)).digest("base64");
        expect(compositeChecksum("SHA256", digests.map(toBase64))).toBe(`${whole}-${digests.length}`);
      }),
    );
  });

  it("is the MD5 of the parts' MD5s, as in the ETag of an object of many parts", () => {
    fc.assert(
      fc.property(parts(16), (digests) => {
        const whole = createHash("md5").update(Buffer.concat(digests)).digest("base64");
        expect(compositeChecksum("MD5", digests.map(toBase64))).toBe(`${whole}-${digests.length}`);
      }),
    );
  });

  it("is the CRC32 of the parts' CRC32s, and their number", () => {
    fc.assert(
      fc.property(parts(4), (digests) => {
        const whole = Buffer.alloc(4);
        whole.writeUInt32BE(crc32(Buffer.concat(digests)));
        expect(compositeChecksum("CRC32", digests.map(toBase64))).toBe(
          `${toBase64(whole)}-${digests.length}`,
        );
      }),
    );
  });

  it("is the CRC32C of the parts' CRC32Cs", () => {
    // "1234" and "5678", and the check value of CRC-32/ISCSI has "9" too: so three parts, the last of one byte.
    const digests = ["1234", "5678", "9"].map((text) => btoa(text));
    expect(compositeChecksum("CRC32C", digests)).toBe("4waSgw==-3");
  });
});
