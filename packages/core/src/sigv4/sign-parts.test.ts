import { S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "./hex.ts";
import { bestLanes } from "./signing-lanes.ts";
import { createPlainLane } from "./plain-lane.ts";
import { presignedUrlAround, signQuery, type PresignOptions } from "./presign.ts";
import { signParts, type PartToSign } from "./sign-parts.ts";

const checksumHeader = "x-amz-checksum-crc64nvme";
const base: PresignOptions = {
  method: "PUT",
  origin: "https://bucket.s3.eu-west-1.amazonaws.com",
  path: "/key",
  query: { uploadId: "id", "x-id": "UploadPart" },
  headers: {},
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  region: "eu-west-1",
  expiresIn: 900,
  signedAt: new Date("2026-11-23T10:00:00Z"),
};

function optionsOf(options: PresignOptions, { partNumber, sizeBytes, checksum }: PartToSign): PresignOptions {
  return {
    ...options,
    query: { ...options.query, partNumber: String(partNumber) },
    headers: { ...options.headers, "content-length": String(sizeBytes), [checksumHeader]: checksum },
  };
}

function signAlone(options: PresignOptions, parts: readonly PartToSign[]): Uint8Array {
  return Buffer.concat(parts.map((part) => signQuery(optionsOf(options, part))));
}

// Each number of digits is a layout of its own, and all parts of one layout are signed together.
const digits = fc.constantFrom(1, 8, 9, 10, 11, 98, 99, 100, 101, 998, 999, 1000, 1001, 9998, 9999, 10_000);
const parts = fc.record({
  partNumber: fc.oneof(digits, fc.integer({ min: 1, max: 10_000 })),
  sizeBytes: fc.oneof(fc.constantFrom(0, 9, 8 * 1024 ** 2, 5 * 1024 ** 3), fc.maxSafeNat()),
  checksum: fc.oneof(
    fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString("base64")),
    fc.base64String({ maxLength: 88 }),
  ),
});
const texts = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 80 }),
    fc.constantFrom("&partNumber=0", "\ncontent-length:0", `\n${checksumHeader}:0`),
  )
  .filter((text) => text.isWellFormed());

const plain = createPlainLane();
const wasm = bestLanes();

it("signs four parts at a time where WebAssembly has SIMD, as it has here", () => {
  expect(wasm.count).toBe(4);
  expect(bestLanes()).toBe(wasm);
});

describe.each([
  ["plain TypeScript", plain],
  ["WebAssembly", wasm],
])("signParts in %s", (_name, lanes) => {
  it("gives for every part what signing it alone gives, whatever key, token and uploadId look like", () => {
    const tokens = fc.option(fc.base64String({ maxLength: 1200 }), { nil: undefined });
    fc.assert(
      fc.property(
        texts,
        texts,
        tokens,
        fc.array(parts, { maxLength: 9 }),
        (key, uploadId, sessionToken, some) => {
          const options = {
            ...base,
            path: `/${key}`,
            query: { uploadId, "x-id": "UploadPart" },
            credentials: { ...base.credentials, sessionToken },
          };
          expect(Buffer.from(signParts({ ...options, checksumHeader }, some, lanes))).toEqual(
            signAlone(options, some),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it("does so wherever in a block the request's digest and the part's texts begin", () => {
    const some = [9, 10, 10].map((partNumber) => ({ partNumber, sizeBytes: 1, checksum: "AAAAAAAAAAA=" }));
    for (let length = 1; length <= 128; length++) {
      const options = {
        ...base,
        path: `/${"k".repeat((length * 7) % 128)}`,
        query: { uploadId: "u".repeat(length) },
        region: "r".repeat(length),
      };
      expect(Buffer.from(signParts({ ...options, checksumHeader }, some, lanes))).toEqual(
        signAlone(options, some),
      );
    }
  });

  it("has room for requests of any length", () => {
    const some = [1, 2, 3, 4, 5].map((partNumber) => ({
      partNumber,
      sizeBytes: 5,
      checksum: "AAAAAAAAAAA=",
    }));
    for (const length of [10, 5000, 50_000, 10]) {
      const options = { ...base, query: { uploadId: "u".repeat(length) } };
      expect(Buffer.from(signParts({ ...options, checksumHeader }, some, lanes))).toEqual(
        signAlone(options, some),
      );
    }
  });

  it("keeps nothing of the uploads and the credentials before", () => {
    const some = [1, 2, 3, 4, 5].map((partNumber) => ({
      partNumber,
      sizeBytes: 5,
      checksum: "AAAAAAAAAAA=",
    }));
    const uploads = ["one", "two", "one"].map((text) => ({
      ...base,
      path: `/${text}`,
      credentials: { accessKeyId: text, secretAccessKey: text, sessionToken: text },
    }));
    for (const options of uploads) {
      expect(Buffer.from(signParts({ ...options, checksumHeader }, some, lanes))).toEqual(
        signAlone(options, some),
      );
    }
  });

  it("makes the URLs of the SDK, whatever the number of digits", async () => {
    const credentials = {
      accessKeyId: "AKID",
      secretAccessKey: "secret",
      sessionToken: `${"t".repeat(990)}+/=`,
    };
    const query = {
      "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
      uploadId: "an+upload/id~",
      "x-id": "UploadPart",
    };
    const options = { ...base, path: "/a folder/ä'()*!.bin", query, credentials };
    const partNumbers = [1, 9, 10, 11, 99, 100, 999, 1000, 5000, 9999, 10_000];
    const all = partNumbers.map((partNumber) => ({
      partNumber,
      sizeBytes: partNumber === 10_000 ? 123 : 8 * 1024 ** 2,
      checksum: Buffer.from(new BigUint64Array([BigInt(partNumber) * 0x9e3779b97f4a7c15n]).buffer).toString(
        "base64",
      ),
    }));
    const signatures = signParts({ ...options, checksumHeader }, all, lanes);
    const sdk = new S3Client({
      region: base.region,
      credentials,
      requestChecksumCalculation: "WHEN_REQUIRED",
    });
    for (const [index, part] of all.entries()) {
      const expected = await getSignedUrl(
        sdk,
        new UploadPartCommand({
          Bucket: "bucket",
          Key: options.path.slice(1),
          UploadId: query.uploadId,
          PartNumber: part.partNumber,
          ContentLength: part.sizeBytes,
          ChecksumCRC64NVME: part.checksum,
        }),
        { expiresIn: 900, signingDate: base.signedAt, unhoistableHeaders: new Set([checksumHeader]) },
      );
      const { head, tail } = presignedUrlAround(optionsOf(options, part));
      expect(`${head}${toHex(signatures.subarray(index * 32, (index + 1) * 32))}${tail}`).toBe(expected);
    }
  });

  it("refuses a checksum that no header holds as it is, and a header that stands elsewhere", () => {
    const part = { partNumber: 1, sizeBytes: 1, checksum: "ä" };
    expect(() => signParts({ ...base, checksumHeader }, [part], lanes)).toThrow("base64");
    expect(() => signParts({ ...base, checksumHeader: "a-checksum" }, [], lanes)).toThrow("no UploadPart");
  });
});

it("signs nothing before it is loaded", () => {
  expect(() => createPlainLane().sign()).toThrow("nothing to sign yet");
});

it("signs many parts to the same signatures on both", () => {
  const all = Array.from({ length: 1111 }, (_, index) => ({
    partNumber: 9 * index + 1, // up to 9,991
    sizeBytes: (index * 7919) % 100_003,
    checksum: Buffer.from(Float64Array.of(index).buffer).toString("base64"),
  }));
  const options = { ...base, checksumHeader };
  expect(Buffer.compare(signParts(options, all, wasm), signParts(options, all, plain))).toBe(0);
});
