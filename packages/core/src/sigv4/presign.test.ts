import { GetObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { presign } from "./presign.ts";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const region = "us-east-1";
const sdkPayload = { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" }; // the SDK always adds it for S3

const dates = fc.date({ min: new Date("2013-05-24"), max: new Date("2099-12-31"), noInvalidDate: true });
// The SDK refuses nothing here, but fetch cannot send "." and ".." segments; keys never have them.
const keys = fc
  .array(
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("+", "%2F", "'", '"', "a b", "#", "?", "(*)")),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.join(""))
  .filter((key) => key !== "" && !key.split("/").some((segment) => segment === "." || segment === ".."));
const sessionTokens = fc.option(fc.base64String({ minLength: 100, maxLength: 1000 }), { nil: undefined });

function sdkClient(sessionToken: string | undefined, endpoint?: string): S3Client {
  return new S3Client({
    region,
    credentials: sessionToken === undefined ? credentials : { ...credentials, sessionToken },
    requestChecksumCalculation: "WHEN_REQUIRED",
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
}

describe("presign", () => {
  it("gives the signature of AWS's published example", () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    const url = presign({
      method: "GET",
      origin: "https://examplebucket.s3.amazonaws.com",
      path: "/test.txt",
      credentials,
      region,
      expiresIn: 86400,
      signedAt: new Date("2013-05-24T00:00:00Z"),
    });
    expect(new URL(url).searchParams.get("X-Amz-Signature")).toBe(
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
  });

  it("makes the SDK's URL for a download, whatever the key, the date and the session token", async () => {
    await fc.assert(
      fc.asyncProperty(
        keys,
        dates,
        sessionTokens,
        fc.integer({ min: 1, max: 604_800 }),
        async (key, signedAt, sessionToken, expiresIn) => {
          const disposition = "attachment; filename*=UTF-8''a%20b";
          const expected = await getSignedUrl(
            sdkClient(sessionToken),
            new GetObjectCommand({ Bucket: "bucket", Key: key, ResponseContentDisposition: disposition }),
            { expiresIn, signingDate: signedAt },
          );
          const url = presign({
            method: "GET",
            origin: `https://bucket.s3.${region}.amazonaws.com`,
            path: `/${key}`,
            query: {
              "response-content-disposition": disposition,
              "x-amz-checksum-mode": "ENABLED",
              "x-id": "GetObject",
              ...sdkPayload,
            },
            credentials: { ...credentials, sessionToken },
            region,
            expiresIn,
            signedAt,
          });
          expect(url).toBe(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("makes the SDK's URL for one part, with signed length and checksum, in path style", async () => {
    const part = fc.record({ partNumber: fc.integer({ min: 1, max: 10_000 }), sizeBytes: fc.maxSafeNat() });
    await fc.assert(
      fc.asyncProperty(keys, dates, part, async (key, signedAt, { partNumber, sizeBytes }) => {
        const checksum = "rosUhgp5mIg=";
        const expected = await getSignedUrl(
          sdkClient(undefined, "http://127.0.0.1:4320"),
          new UploadPartCommand({
            Bucket: "bucket",
            Key: key,
            UploadId: "an+upload/id~",
            PartNumber: partNumber,
            ContentLength: sizeBytes,
            ChecksumCRC64NVME: checksum,
          }),
          {
            expiresIn: 900,
            signingDate: signedAt,
            unhoistableHeaders: new Set(["x-amz-checksum-crc64nvme"]),
          },
        );
        const url = presign({
          method: "PUT",
          origin: "http://127.0.0.1:4320",
          path: `/bucket/${key}`,
          query: {
            partNumber: String(partNumber),
            uploadId: "an+upload/id~",
            "x-id": "UploadPart",
            ...sdkPayload,
          },
          headers: { "content-length": String(sizeBytes), "x-amz-checksum-crc64nvme": checksum },
          credentials,
          region,
          expiresIn: 900,
          signedAt,
        });
        expect(url).toBe(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("makes the SDK's URL for a single PUT with everything signed", async () => {
    const headers = {
      "content-disposition": "attachment; filename*=UTF-8''a",
      "content-length": "5",
      "content-type": "text/plain;  charset=utf-8",
      "if-none-match": "*",
      "x-amz-checksum-crc64nvme": "rosUhgp5mIg=",
      "x-amz-meta-colour": "blue",
    };
    const signedAt = new Date("2026-11-23T10:00:00Z");
    const expected = await getSignedUrl(
      sdkClient("token"),
      new PutObjectCommand({
        Bucket: "bucket",
        Key: "k",
        ContentDisposition: headers["content-disposition"],
        ContentLength: 5,
        ContentType: headers["content-type"],
        IfNoneMatch: "*",
        ChecksumCRC64NVME: headers["x-amz-checksum-crc64nvme"],
        Metadata: { colour: "blue" },
      }),
      {
        expiresIn: 900,
        signingDate: signedAt,
        signableHeaders: new Set(["content-type"]),
        unhoistableHeaders: new Set(["x-amz-checksum-crc64nvme", "x-amz-meta-colour"]),
      },
    );
    const url = presign({
      method: "PUT",
      origin: `https://bucket.s3.${region}.amazonaws.com`,
      path: "/k",
      query: { "x-id": "PutObject", ...sdkPayload },
      headers,
      credentials: { ...credentials, sessionToken: "token" },
      region,
      expiresIn: 900,
      signedAt,
    });
    expect(url).toBe(expected);
  });
});
