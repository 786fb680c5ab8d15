import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { createClient, type S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const MIN_PART = Buffer.alloc(5 * 1024 ** 2, "c");
/** Of the text "123456789", from the catalogue of CRC algorithms and from node:crypto. */
const CHECK_TEXT = "123456789";
const CHECK_VALUES = {
  ChecksumCRC64NVME: Buffer.from("ae8b14860a799888", "hex").toString("base64"),
  ChecksumCRC32: Buffer.from("cbf43926", "hex").toString("base64"),
  ChecksumCRC32C: Buffer.from("e3069283", "hex").toString("base64"),
  ChecksumSHA1: createHash("sha1").update(CHECK_TEXT).digest("base64"),
  ChecksumSHA256: createHash("sha256").update(CHECK_TEXT).digest("base64"),
};

export function describeChecksums(open: () => Promise<S3UnderTest>): void {
  describe("checksums", () => {
    let s3: S3UnderTest;
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ s3, client, Bucket } = opened);
    });

    it.each(Object.entries(CHECK_VALUES))("verifies, keeps and returns %s", async (name, value) => {
      const input = { Bucket, Key: name, Body: CHECK_TEXT, [name]: value };
      expect(await client.send(new PutObjectCommand(input))).toMatchObject({
        [name]: value,
        ChecksumType: "FULL_OBJECT",
      });
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: name, ChecksumMode: "ENABLED" }));
      expect(head).toMatchObject({ [name]: value, ChecksumType: "FULL_OBJECT" });
      expect(await client.send(new HeadObjectCommand({ Bucket, Key: name }))).not.toHaveProperty(name, value);
      const other = { ...input, Body: "123456788" };
      await expect(client.send(new PutObjectCommand(other))).rejects.toMatchObject({ name: "BadDigest" });
      const malformed = { ...input, [name]: "AAAA" };
      await expect(client.send(new PutObjectCommand(malformed))).rejects.toMatchObject({
        name: "InvalidRequest",
      });
    });

    it("computes CRC64NVME when the client sends nothing", async () => {
      await client.send(new PutObjectCommand({ Bucket, Key: "default", Body: CHECK_TEXT }));
      const head = await client.send(
        new HeadObjectCommand({ Bucket, Key: "default", ChecksumMode: "ENABLED" }),
      );
      expect(head.ChecksumCRC64NVME).toBe(CHECK_VALUES.ChecksumCRC64NVME);
    });

    it("verifies Content-MD5", async () => {
      const input = { Bucket, Key: "md5", Body: "x" };
      const ContentMD5 = createHash("md5").update("x").digest("base64");
      await client.send(new PutObjectCommand({ ...input, ContentMD5 }));
      await expect(
        client.send(new PutObjectCommand({ ...input, Body: "y", ContentMD5 })),
      ).rejects.toMatchObject({ name: "BadDigest" });
      await expect(client.send(new PutObjectCommand({ ...input, ContentMD5: "no" }))).rejects.toMatchObject({
        name: "InvalidDigest",
      });
    });

    it("serves the SDK in its default mode, which adds and checks CRC32", async () => {
      const usual = createClient(s3, {
        requestChecksumCalculation: "WHEN_SUPPORTED",
        responseChecksumValidation: "WHEN_SUPPORTED",
      });
      const put = await usual.send(new PutObjectCommand({ Bucket, Key: "usual", Body: CHECK_TEXT }));
      expect(put.ChecksumCRC32).toBe(CHECK_VALUES.ChecksumCRC32);
      const got = await usual.send(new GetObjectCommand({ Bucket, Key: "usual" }));
      expect(await got.Body?.transformToString()).toBe(CHECK_TEXT);
      usual.destroy();
    });

    it.each(["CRC64NVME", "CRC32", "CRC32C"] as const)(
      "combines the %s of parts into that of the object",
      async (algorithm) => {
        const Key = `full-${algorithm}`;
        const member = `Checksum${algorithm}`;
        const whole = await client.send(
          new PutObjectCommand({
            Bucket,
            Key: "whole",
            Body: Buffer.concat([MIN_PART, Buffer.from("tail")]),
            ChecksumAlgorithm: algorithm,
          }),
        );
        const expected = Object.entries(whole).find(([name]) => name === member)?.[1];
        const { UploadId } = await client.send(
          new CreateMultipartUploadCommand({
            Bucket,
            Key,
            ChecksumAlgorithm: algorithm,
            ChecksumType: "FULL_OBJECT",
          }),
        );
        const target = { Bucket, Key, UploadId };
        await client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: MIN_PART })); // computed by the store
        await client.send(
          new UploadPartCommand({ ...target, PartNumber: 2, Body: "tail", ChecksumAlgorithm: algorithm }),
        );
        const { Parts = [] } = await client.send(new ListPartsCommand(target));
        expect(Parts.every((part) => Object.keys(part).includes(member))).toBe(true);
        const MultipartUpload = { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) };
        const wrong = {
          ...target,
          MultipartUpload,
          [member]: Buffer.alloc(algorithm === "CRC64NVME" ? 8 : 4).toString("base64"),
        };
        await expect(client.send(new CompleteMultipartUploadCommand(wrong))).rejects.toMatchObject({
          name: "BadDigest",
        });
        const done = await client.send(
          new CompleteMultipartUploadCommand({
            ...target,
            MultipartUpload,
            ChecksumType: "FULL_OBJECT",
            [member]: expected,
          }),
        );
        expect(done).toMatchObject({ [member]: expected, ChecksumType: "FULL_OBJECT" });
      },
    );

    it("makes a composite checksum of the digests of parts", async () => {
      const Key = "composite";
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "SHA256" }),
      );
      const target = { Bucket, Key, UploadId };
      await expect(
        client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: "x" })),
      ).rejects.toMatchObject({ name: "InvalidRequest" });
      const Parts = [];
      for (const [index, Body] of [MIN_PART, Buffer.from("tail")].entries()) {
        const PartNumber = index + 1;
        const part = await client.send(
          new UploadPartCommand({ ...target, PartNumber, Body, ChecksumAlgorithm: "SHA256" }),
        );
        Parts.push({ PartNumber, ETag: part.ETag, ChecksumSHA256: part.ChecksumSHA256 });
      }
      const bare = { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) };
      await expect(
        client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: bare })),
      ).rejects.toMatchObject({ name: "InvalidRequest" });
      const done = await client.send(
        new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }),
      );
      const digests = Parts.map(({ ChecksumSHA256 = "" }) => Buffer.from(ChecksumSHA256, "base64"));
      expect(done.ChecksumSHA256).toBe(
        `${createHash("sha256").update(Buffer.concat(digests)).digest("base64")}-2`,
      );
    });

    it("keeps algorithms and types together that belong together", async () => {
      const start = (ChecksumAlgorithm: "CRC64NVME" | "SHA1", ChecksumType: "COMPOSITE" | "FULL_OBJECT") =>
        client.send(
          new CreateMultipartUploadCommand({ Bucket, Key: "types", ChecksumAlgorithm, ChecksumType }),
        );
      await expect(start("CRC64NVME", "COMPOSITE")).rejects.toMatchObject({ name: "InvalidRequest" });
      await expect(start("SHA1", "FULL_OBJECT")).rejects.toMatchObject({ name: "InvalidRequest" });
      const { UploadId } = await start("CRC64NVME", "FULL_OBJECT");
      const wrong = Buffer.alloc(4);
      wrong.writeUInt32BE(crc32("x"));
      await expect(
        client.send(
          new UploadPartCommand({
            Bucket,
            Key: "types",
            UploadId,
            PartNumber: 1,
            Body: "x",
            ChecksumCRC32: wrong.toString("base64"),
          }),
        ),
      ).rejects.toMatchObject({ name: "InvalidRequest" });
    });
  });
}
