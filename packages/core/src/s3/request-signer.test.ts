import { PutObjectCommand, S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partRange, planUpload } from "../multipart/plan-upload.ts";
import { MiB } from "../s3-limits.ts";
import { partRequest } from "../multipart/part-request.ts";
import { unpackSignature } from "../sigv4/packed-signatures.ts";
import { presign } from "../sigv4/presign.ts";
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
            integrity: "CRC64NVME",
            parts: [{ partNumber, checksum }],
            policy: 900,
          });
          const request = partRequest(template, {
            partNumber,
            sizeBytes: 1,
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

describe("for a store that has MD5s alone", () => {
  const checksum = "XUFAKrxLKna5cZ2REBfFkg==";
  const parameters = { Bucket: "bucket", Key: "a b", ContentMD5: checksum };
  const signing = { expiresIn: 900, signingDate: signedAt };

  it("signParts expands to the URLs of the SDK, with Content-MD5 signed and no word of checksums", async () => {
    const { template, signatures } = await signer.signParts({
      key: "a b",
      uploadId: "u",
      plan,
      integrity: "MD5",
      parts: [{ partNumber: 2, checksum }],
      policy: 900,
    });
    const signature = unpackSignature(signatures, 0) ?? "";
    const part = { ...parameters, UploadId: "u", PartNumber: 2, ContentLength: 8 * MiB };
    expect(partRequest(template, { partNumber: 2, sizeBytes: 1, checksum, signature })).toEqual({
      method: "PUT",
      url: await getSignedUrl(sdk, new UploadPartCommand(part), signing),
      headers: { "content-md5": checksum },
    });
  });

  it("signPut does so, too", async () => {
    const about = { fileName: "a", contentType: "text/plain", metadata: {}, sizeBytes: 5 };
    const put = { key: "a b", ...about, overwrite: false };
    const { template, signatures } = await signer.signPut({ put, integrity: "MD5", checksum, policy: 900 });
    const signature = unpackSignature(signatures, 0) ?? "";
    const request = partRequest(template, { partNumber: 1, sizeBytes: 1, checksum, signature });
    const command = new PutObjectCommand({
      ...parameters,
      ContentLength: 5,
      ContentType: "text/plain",
      ContentDisposition: request.headers["content-disposition"],
      IfNoneMatch: "*",
    });
    expect(request.url).toBe(
      await getSignedUrl(sdk, command, { ...signing, signableHeaders: new Set(["content-type"]) }),
    );
    expect(request.headers).toMatchObject({ "content-md5": checksum, "if-none-match": "*" });
    expect(Object.keys(request.headers).filter((name) => name.startsWith("x-amz"))).toEqual([]);
  });
});

describe("signParts for 10,000 parts, in a session with a token of 1,000 characters", () => {
  const session = { ...credentials, sessionToken: `${"t/+".repeat(333)}=` };
  const address = bucketAddress({ bucket: "bucket", region: "eu-west-1" });
  const signing = { address, region: "eu-west-1", credentials: async () => session, now: () => signedAt };
  const key = "files/user/018f3a2b-1c4d-7e8f-9a0b-1c2d3e4f5a6b/recording.mov";
  const uploadId = "u".repeat(128);
  const whole = planUpload({ sizeBytes: 10_000 * 8 * MiB - 1, route: "presigned" });
  const parts = Array.from({ length: whole.partCount }, (_, index) => ({
    partNumber: index + 1,
    checksum: Buffer.from(Float64Array.of(index).buffer).toString("base64"),
  }));

  it("fits into 450 kB of JSON, and loses nothing: each request is the one that presign makes", async () => {
    const signed = await createRequestSigner(signing).signParts({
      key,
      uploadId,
      plan: whole,
      integrity: "CRC64NVME",
      parts,
      policy: 900,
    });
    expect(parts).toHaveLength(10_000);
    expect(JSON.stringify(signed).length).toBeLessThan(450_000);
    for (const index of [0, 8, 9, 98, 99, 998, 999, 4321, 9998, 9999]) {
      const { partNumber, checksum } = parts[index] ?? expect.fail();
      const signature = unpackSignature(signed.signatures, index) ?? "";
      const request = partRequest(signed.template, { partNumber, sizeBytes: 1, signature, checksum });
      const { start, end } = partRange(whole, partNumber);
      const url = presign({
        method: "PUT",
        origin: address.origin,
        path: `/${key}`,
        query: {
          partNumber: String(partNumber),
          uploadId,
          "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
          "x-id": "UploadPart",
        },
        headers: { ...request.headers, "content-length": String(end - start) },
        credentials: session,
        region: "eu-west-1",
        expiresIn: 900,
        signedAt,
      });
      expect(request.url).toBe(url);
    }
  });
});

describe("signPut", () => {
  it("leaves the signature open until the checksum is known", async () => {
    const put = {
      key: "k",
      fileName: "k",
      contentType: "text/plain",
      metadata: {},
      sizeBytes: 1,
      overwrite: false,
    };
    const integrity = "CRC64NVME";
    expect((await signer.signPut({ put, integrity, checksum: undefined, policy: 900 })).signatures).toBe("");
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
