import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packSignatures, unpackSignature } from "./packed-signatures.ts";
import { signQuery, type PresignOptions } from "./presign.ts";
import { signParts } from "./sign-parts.ts";

const checksumHeader = "x-amz-checksum-crc64nvme";

describe("signParts", () => {
  it("gives for every part what signing it alone gives, whatever key, token and uploadId look like", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.constantFrom("&partNumber=0", "\ncontent-length:0", `\n${checksumHeader}:0`),
    );
    const part = fc.record({
      partNumber: fc.integer({ min: 1, max: 10_000 }),
      sizeBytes: fc.maxSafeNat(),
      checksum: fc.constantFrom("rosUhgp5mIg=", "AAAAAAAAAAA="),
    });
    fc.assert(
      fc.property(
        texts.filter((key) => key.isWellFormed()),
        texts.filter((uploadId) => uploadId.isWellFormed()),
        fc.option(fc.base64String({ maxLength: 1200 }), { nil: undefined }),
        fc.array(part, { minLength: 1, maxLength: 5 }),
        (key, uploadId, sessionToken, parts) => {
          const options: PresignOptions = {
            method: "PUT",
            origin: "https://bucket.s3.eu-west-1.amazonaws.com",
            path: `/${key}`,
            query: { uploadId, "x-id": "UploadPart" },
            headers: { "x-amz-sdk-checksum-algorithm": "CRC64NVME" },
            credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken },
            region: "eu-west-1",
            expiresIn: 900,
            signedAt: new Date("2026-11-23T10:00:00Z"),
          };
          const alone = parts.map(({ partNumber, sizeBytes, checksum }) =>
            signQuery({
              ...options,
              query: { ...options.query, partNumber: String(partNumber) },
              headers: {
                ...options.headers,
                "content-length": String(sizeBytes),
                [checksumHeader]: checksum,
              },
            }),
          );
          expect(signParts({ ...options, checksumHeader }, parts)).toEqual(alone);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("packSignatures", () => {
  it("loses nothing, and knows where it ends", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 })), (signatures) => {
        const packed = packSignatures(signatures);
        expect(packed).toMatch(/^[\w-]*$/);
        for (const [index, signature] of signatures.entries()) {
          expect(unpackSignature(packed, index)).toBe(Buffer.from(signature).toString("hex"));
        }
        expect(unpackSignature(packed, signatures.length)).toBeUndefined();
      }),
    );
  });
});
