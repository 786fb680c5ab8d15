import { S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planUpload } from "../multipart/plan-upload.ts";
import { MiB } from "../s3-limits.ts";
import { partRequest } from "../schemas/request.ts";
import { unpackSignature } from "../sigv4/packed-signatures.ts";
import { bucketAddress } from "./bucket-address.ts";
import { createRequestSigner } from "./request-signer.ts";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const signedAt = new Date("2026-11-23T10:00:00Z");
const signer = createRequestSigner({
  address: bucketAddress({ bucket: "bucket", region: "eu-west-1" }),
  region: "eu-west-1",
  credentials: async () => credentials,
  now: () => signedAt,
});
const sdk = new S3Client({ region: "eu-west-1", credentials, requestChecksumCalculation: "WHEN_REQUIRED" });
const plan = planUpload({ sizeBytes: 100 * MiB + 1, route: "presigned" });

describe("signParts", () => {
  it("expands to the URLs of the SDK, also where key and uploadId look like placeholders", async () => {
    const texts = fc.constantFrom("a b", "{partNumber}", "{signature}", "&partNumber={partNumber}&", "$&");
    await fc.assert(
      fc.asyncProperty(
        texts,
        texts,
        fc.integer({ min: 1, max: plan.partCount }),
        async (key, uploadId, partNumber) => {
          const checksum = "rosUhgp5mIg=";
          const { template, signatures } = await signer.signParts({
            key,
            uploadId,
            plan,
            parts: [{ partNumber, checksum }],
            policy: 900,
          });
          const request = partRequest(template, {
            partNumber,
            checksum,
            signature: unpackSignature(signatures, 0) ?? "",
          });
          const expected = await getSignedUrl(
            sdk,
            new UploadPartCommand({
              Bucket: "bucket",
              Key: key,
              UploadId: uploadId,
              PartNumber: partNumber,
              ContentLength: partNumber === plan.partCount ? 4 * MiB + 1 : 8 * MiB,
              ChecksumCRC64NVME: checksum,
              ChecksumAlgorithm: "CRC64NVME",
            }),
            {
              expiresIn: 900,
              signingDate: signedAt,
              unhoistableHeaders: new Set(["x-amz-checksum-crc64nvme", "x-amz-sdk-checksum-algorithm"]),
            },
          );
          expect(request).toEqual({
            method: "PUT",
            url: expected,
            headers: { "x-amz-checksum-crc64nvme": checksum, "x-amz-sdk-checksum-algorithm": "CRC64NVME" },
          });
        },
      ),
    );
  });
});

describe("signPut", () => {
  it("leaves the signature open until the checksum is known", async () => {
    const put = { key: "k", fileName: "k", contentType: "text/plain", metadata: {}, sizeBytes: 1 };
    expect((await signer.signPut({ put, checksum: undefined, policy: 900 })).signatures).toBe("");
  });
});

describe("signPost", () => {
  it("bounds what a form may upload, and ends with the grant", async () => {
    const form = { key: "files/u1/${filename}", contentType: "image/png", sizeBytes: { min: 1, max: 9 } };
    const signed = await signer.signPost({ form, asked: 60, policy: 900 });
    expect(signed.expiresAt).toEqual(new Date("2026-11-23T10:01:00Z"));
    expect(signed.form).toMatchObject({ method: "POST", url: "https://bucket.s3.eu-west-1.amazonaws.com/" });
    const policy: unknown = JSON.parse(Buffer.from(signed.form.fields["Policy"] ?? "", "base64").toString());
    expect(policy).toMatchObject({
      expiration: "2026-11-23T10:01:00Z",
      conditions: expect.arrayContaining([
        ["content-length-range", 1, 9],
        { "Content-Type": "image/png" },
        { bucket: "bucket" },
        ["starts-with", "$key", "files/u1/"],
      ]) as unknown,
    });
  });

  it("sends the form to the bucket's own path where that is its address", async () => {
    const endpoint = "http://127.0.0.1:4320/a b";
    const inPath = createRequestSigner({
      address: bucketAddress({ bucket: "bucket", region: "eu-west-1", endpoint }),
      region: "eu-west-1",
      credentials: async () => credentials,
      now: () => signedAt,
    });
    const form = { key: "k", contentType: "image/png", sizeBytes: { min: 0, max: 9 } };
    const signed = await inPath.signPost({ form, policy: 900 });
    expect(signed.form.url).toBe("http://127.0.0.1:4320/a%20b/bucket/");
  });
});
