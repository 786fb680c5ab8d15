import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oddKey } from "./odd-key.ts";
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
      await put("source", "hello", SOURCE_METADATA);
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
      expect(target).toMatchObject({ ...SOURCE_METADATA, ETag: source.ETag });
      expect(target.ChecksumCRC64NVME).toBe(source.ChecksumCRC64NVME);
      expect(CopyObjectResult).toMatchObject({
        ETag: target.ETag,
        LastModified: target.LastModified,
        ChecksumCRC64NVME: target.ChecksumCRC64NVME,
        ChecksumType: "FULL_OBJECT",
      });
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
      const { CopyObjectResult } = await copy("source", "sha256", { ChecksumAlgorithm: "SHA256" });
      const ChecksumSHA256 = createHash("sha256").update("hello").digest("base64");
      expect(CopyObjectResult).toMatchObject({ ChecksumSHA256, ChecksumType: "FULL_OBJECT" });
      expect(await head("sha256")).toMatchObject({ ChecksumSHA256 });
    });

    it("of a multipart object are objects of one piece", async () => {
      const Key = "multipart";
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "SHA256" }),
      );
      const bodies = [Buffer.alloc(5 * 1024 ** 2, "p"), Buffer.from("tail")];
      const Parts = [];
      for (const [index, Body] of bodies.entries()) {
        const PartNumber = index + 1;
        const part = await client.send(
          new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: "SHA256" }),
        );
        Parts.push({ PartNumber, ETag: part.ETag, ChecksumSHA256: part.ChecksumSHA256 });
      }
      await client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
      );
      await copy(Key, "whole");
      const whole = Buffer.concat(bodies);
      expect(await head("whole")).toMatchObject({
        ContentLength: whole.length,
        ETag: `"${createHash("md5").update(whole).digest("hex")}"`,
        ChecksumSHA256: createHash("sha256").update(whole).digest("base64"),
        ChecksumType: "FULL_OBJECT",
      });
    });

    it("are made under conditions on the source", async () => {
      const { ETag, LastModified } = await head("source");
      const status = async (input: object): Promise<number | undefined> =>
        copy("source", "conditional", input).then(
          ({ $metadata }) => $metadata.httpStatusCode,
          (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
        );
      const long = new Date(0);
      expect(await status({ CopySourceIfMatch: ETag })).toBe(200);
      expect(await status({ CopySourceIfMatch: '"other"' })).toBe(412);
      expect(await status({ CopySourceIfNoneMatch: ETag })).toBe(412);
      expect(await status({ CopySourceIfNoneMatch: '"other"' })).toBe(200);
      expect(await status({ CopySourceIfModifiedSince: LastModified })).toBe(412);
      expect(await status({ CopySourceIfModifiedSince: long })).toBe(200);
      expect(await status({ CopySourceIfUnmodifiedSince: long })).toBe(412);
      expect(await status({ CopySourceIfUnmodifiedSince: LastModified })).toBe(200);
      // The two pairs that Amazon documents.
      expect(await status({ CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: long })).toBe(200);
      expect(await status({ CopySourceIfNoneMatch: ETag, CopySourceIfModifiedSince: long })).toBe(412);
    });

    it("are made under conditions on the target", async () => {
      await copy("source", "once", { IfNoneMatch: "*" });
      await expect(copy("source", "once", { IfNoneMatch: "*" })).rejects.toMatchObject({
        name: "PreconditionFailed",
      });
      await expect(copy("source", "once", { IfMatch: '"x"' })).rejects.toMatchObject({
        name: "PreconditionFailed",
      });
      await expect(copy("source", "nowhere", { IfMatch: '"x"' })).rejects.toMatchObject({
        name: "NoSuchKey",
      });
    });

    it("need a source that is there", async () => {
      await expect(copy("missing", "k")).rejects.toMatchObject({ name: "NoSuchKey" });
      const from = (CopySource: string): Promise<unknown> => copy("", "k", { CopySource });
      await expect(from("absent-bucket/k")).rejects.toMatchObject({ name: "NoSuchBucket" });
      for (const malformed of ["k", "/", Bucket, `${Bucket}/`, `${Bucket}/%zz`]) {
        await expect(from(malformed)).rejects.toMatchObject({ name: "InvalidArgument" });
      }
      await from(`/${Bucket}/source`); // a leading slash is allowed
      await from(encodeURIComponent(`${Bucket}/source`)); // and so is an encoded one between the two
    });

    it("find any key", async () => {
      await fc.assert(
        fc.asyncProperty(oddKey(), async (key) => {
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
