import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Base64, uploadInParts } from "./multipart-object.ts";
import { oddKeyWithoutNul } from "./odd-key.ts";
import { createClient, type S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const SOURCE_METADATA = { ContentType: "text/plain", CacheControl: "no-store", Metadata: { a: "source" } };

export function describeCopy(open: () => Promise<S3UnderTest>): void {
  describe("copies", () => {
    let s3: S3UnderTest;
    let client: S3Client;
    let Bucket: string;

    useS3(open, async (opened) => {
      ({ s3, client, Bucket } = opened);
      await put("source", "hello", { ...SOURCE_METADATA, ChecksumAlgorithm: "CRC64NVME" });
    });

    const put = (Key: string, Body: string, input: object = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body, ...input }));
    const copy = (from: string, Key: string, input: Partial<CopyObjectCommandInput> = {}) => {
      const CopySource = `${Bucket}/${encodeURIComponent(from)}`;
      return client.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...input }));
    };
    const head = (Key: string) =>
      client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    const read = async (Key: string): Promise<string | undefined> => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Body?.transformToString();
    };

    it("have the bytes, metadata, ETag and checksum of the source", async () => {
      const { CopyObjectResult } = await copy("source", "copy");
      const source = await head("source");
      const target = await head("copy");
      expect(await read("copy")).toBe("hello");
      const { ETag, ChecksumCRC64NVME } = source;
      expect(ChecksumCRC64NVME).toBeDefined();
      expect(target).toMatchObject({
        ...SOURCE_METADATA,
        ETag,
        ChecksumCRC64NVME,
        ChecksumType: "FULL_OBJECT",
      });
      expect(CopyObjectResult).toMatchObject({ ETag, LastModified: target.LastModified });
    });

    it("are answered with their checksum", async () => {
      const { CopyObjectResult } = await copy("source", "answered");
      const { ChecksumCRC64NVME } = await head("source");
      expect(CopyObjectResult).toMatchObject({ ChecksumCRC64NVME, ChecksumType: "FULL_OBJECT" });
    });

    it("take metadata of the request only where it is to replace the source's", async () => {
      const other = { ContentType: "text/x-other", Metadata: { b: "request" } };
      await copy("source", "kept", { ...other, MetadataDirective: "COPY", TaggingDirective: "COPY" });
      expect(await head("kept")).toMatchObject(SOURCE_METADATA);
      await copy("source", "replaced", {
        ...other,
        MetadataDirective: "REPLACE",
        TaggingDirective: "REPLACE",
      });
      const replaced = await head("replaced");
      expect(replaced).toMatchObject(other);
      expect(replaced).not.toHaveProperty("CacheControl");
    });

    it("onto the source itself change its metadata, and nothing else is allowed", async () => {
      await put("self", "bytes");
      await expect(copy("self", "self")).rejects.toMatchObject({ name: "InvalidRequest" });
      await copy("self", "self", { MetadataDirective: "REPLACE", Metadata: { new: "yes" } });
      expect(await head("self")).toMatchObject({ Metadata: { new: "yes" } });
      expect(await read("self")).toBe("bytes");
    });

    it("live on when the source is replaced", async () => {
      await put("short-lived", "first");
      await copy("short-lived", "survivor");
      await put("short-lived", "second");
      expect(await read("survivor")).toBe("first");
      expect(await read("short-lived")).toBe("second");
    });

    it("get the checksum that the request names", async () => {
      await copy("source", "sha256", { ChecksumAlgorithm: "SHA256" });
      const ChecksumSHA256 = sha256Base64("hello");
      expect(await head("sha256")).toMatchObject({ ChecksumSHA256, ChecksumType: "FULL_OBJECT" });
    });

    describe("of a multipart object", () => {
      const bodies = [Buffer.alloc(5 * 1024 ** 2, "p"), Buffer.from("tail")];
      const whole = Buffer.concat(bodies);

      it("have all its bytes", async () => {
        await uploadInParts(client, { Bucket, Key: "multipart", bodies });
        await copy("multipart", "whole");
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "whole" }));
        expect(whole.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
      });

      it("are objects of one piece, with the ETag and checksum of such", async () => {
        await uploadInParts(client, { Bucket, Key: "multipart", bodies });
        await copy("multipart", "one piece");
        expect(await head("one piece")).toMatchObject({
          ETag: `"${createHash("md5").update(whole).digest("hex")}"`,
          ChecksumSHA256: sha256Base64(whole),
          ChecksumType: "FULL_OBJECT",
        });
      });
    });

    it("need a source that is there", async () => {
      await expect(copy("missing", "k")).rejects.toMatchObject({ name: "NoSuchKey" });
      const from = (CopySource: string): Promise<unknown> => copy("", "k", { CopySource });
      await expect(from(`${Bucket}-absent/k`)).rejects.toMatchObject({ name: "NoSuchBucket" });
      for (const malformed of ["k", "/", Bucket, `${Bucket}/`, `${Bucket}/%zz`]) {
        await expect(from(malformed)).rejects.toMatchObject({ name: "InvalidArgument" });
      }
      await from(`/${Bucket}/source`); // a leading slash is allowed
      await from(encodeURIComponent(`${Bucket}/source`)); // and so is an encoded one between the two
    });

    it("find any key", async () => {
      await fc.assert(
        fc.asyncProperty(oddKeyWithoutNul(), async (key) => {
          await put(key, `bytes of ${key}`);
          await copy(key, "found");
          expect(await read("found")).toBe(`bytes of ${key}`);
        }),
        { numRuns: 20 },
      );
    });

    it("are made by the SDK in its default mode", async () => {
      const usual = createClient(s3, {
        requestChecksumCalculation: "WHEN_SUPPORTED",
        responseChecksumValidation: "WHEN_SUPPORTED",
      });
      await usual.send(new CopyObjectCommand({ Bucket, Key: "usual", CopySource: `${Bucket}/source` }));
      expect(await read("usual")).toBe("hello");
      usual.destroy();
    });
  });
}
