import { createHash } from "node:crypto";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { createClient, type S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

/** Of the text "123456789", from the catalogue of CRC algorithms and from node:crypto. */
const CHECK_TEXT = "123456789";
const CHECK_VALUES = {
  CRC64NVME: Buffer.from("ae8b14860a799888", "hex").toString("base64"),
  CRC32: Buffer.from("cbf43926", "hex").toString("base64"),
  CRC32C: Buffer.from("e3069283", "hex").toString("base64"),
  SHA1: createHash("sha1").update(CHECK_TEXT).digest("base64"),
  SHA256: createHash("sha256").update(CHECK_TEXT).digest("base64"),
} as const;
const ALGORITHMS = Object.keys(CHECK_VALUES) as (keyof typeof CHECK_VALUES)[];

export function describeChecksums(open: () => Promise<S3UnderTest>): void {
  describe("checksums", () => {
    let s3: S3UnderTest;
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ s3, client, Bucket } = opened);
    });

    const head = (Key: string, input: { ChecksumMode?: "ENABLED" } = { ChecksumMode: "ENABLED" }) =>
      client.send(new HeadObjectCommand({ Bucket, Key, ...input }));

    it.each(ALGORITHMS)("are verified, kept and returned in %s", async (ChecksumAlgorithm) => {
      const name = `Checksum${ChecksumAlgorithm}`;
      const Key = name;
      const value = CHECK_VALUES[ChecksumAlgorithm];
      const put = (Body: string, declared: string) =>
        client.send(new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm, [name]: declared }));
      const kept = { [name]: value, ChecksumType: "FULL_OBJECT" };
      expect(await put(CHECK_TEXT, value)).toMatchObject(kept);
      expect(await head(Key)).toMatchObject(kept);
      expect(await head(Key, {})).not.toHaveProperty(name);
      await expect(put("123456788", value)).rejects.toMatchObject({ name: "BadDigest" });
      await expect(put(CHECK_TEXT, "AAAA")).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    });

    it("are verified and kept without x-amz-sdk-checksum-algorithm too", async () => {
      for (const algorithm of ALGORITHMS) {
        const name = `Checksum${algorithm}`;
        const input = { Bucket, Key: `bare ${name}`, Body: CHECK_TEXT, [name]: CHECK_VALUES[algorithm] };
        await client.send(new PutObjectCommand(input));
        expect(await head(input.Key)).toMatchObject({ [name]: CHECK_VALUES[algorithm] });
        const other = { ...input, Body: "123456788" };
        await expect(client.send(new PutObjectCommand(other))).rejects.toMatchObject({ name: "BadDigest" });
      }
    });

    it("are of CRC64NVME when the client sends none", async () => {
      await client.send(new PutObjectCommand({ Bucket, Key: "default", Body: CHECK_TEXT }));
      expect(await head("default")).toMatchObject({ ChecksumCRC64NVME: CHECK_VALUES.CRC64NVME });
    });

    it("may be Content-MD5", async () => {
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

    it("of the SDK in its default mode are CRC32, and it verifies them", async () => {
      const usual = createClient(s3, {
        requestChecksumCalculation: "WHEN_SUPPORTED",
        responseChecksumValidation: "WHEN_SUPPORTED",
      });
      const put = await usual.send(new PutObjectCommand({ Bucket, Key: "usual", Body: CHECK_TEXT }));
      expect(put.ChecksumCRC32).toBe(CHECK_VALUES.CRC32);
      const got = await usual.send(new GetObjectCommand({ Bucket, Key: "usual" }));
      expect(await got.Body?.transformToString()).toBe(CHECK_TEXT);
      usual.destroy();
    });
  });
}
