import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it } from "vitest";
import { createClient, type S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const LONG_AGO = new Date(0);

export function describeCopyConditions(open: () => Promise<S3UnderTest>): void {
  describe("conditions of copies", () => {
    let s3: S3UnderTest;
    let client: S3Client;
    let Bucket: string;
    let ETag: string | undefined;
    let LastModified: Date | undefined;

    useS3(open, async (opened) => {
      ({ s3, client, Bucket } = opened);
      await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "hello" }));
      ({ ETag, LastModified } = await client.send(new HeadObjectCommand({ Bucket, Key: "source" })));
    });
    // A 304 that has a body leaves the connection in disorder, so no test inherits one from another.
    beforeEach(() => {
      client = createClient(s3);
      return () => client.destroy();
    });

    const copy = (Key: string, input: Partial<CopyObjectCommandInput>) =>
      client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...input }));
    const status = async (input: Partial<CopyObjectCommandInput>): Promise<number | undefined> =>
      copy("conditional", input).then(
        ({ $metadata }) => $metadata.httpStatusCode,
        (error: { $metadata?: { httpStatusCode: number } }) => error.$metadata?.httpStatusCode,
      );

    it("let a source pass that meets them", async () => {
      expect(await status({ CopySourceIfMatch: ETag })).toBe(200);
      expect(await status({ CopySourceIfNoneMatch: '"other"' })).toBe(200);
      expect(await status({ CopySourceIfModifiedSince: LONG_AGO })).toBe(200);
      expect(await status({ CopySourceIfUnmodifiedSince: LastModified })).toBe(200);
    });

    it("refuse a source that is not the one that was meant", async () => {
      expect(await status({ CopySourceIfMatch: '"other"' })).toBe(412);
      expect(await status({ CopySourceIfUnmodifiedSince: LONG_AGO })).toBe(412);
    });

    it("ask for no date where the ETag matches", async () => {
      expect(await status({ CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: LONG_AGO })).toBe(200);
    });

    it("refuse with 412 a source that is still the one that was known", async () => {
      expect(await status({ CopySourceIfNoneMatch: ETag })).toBe(412);
      expect(await status({ CopySourceIfModifiedSince: LastModified })).toBe(412);
      expect(await status({ CopySourceIfNoneMatch: ETag, CopySourceIfModifiedSince: LONG_AGO })).toBe(412);
    });

    it("can be on the target", async () => {
      await copy("once", { IfNoneMatch: "*" });
      await expect(copy("once", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
      await expect(copy("once", { IfMatch: '"x"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
      await expect(copy("nowhere", { IfMatch: '"x"' })).rejects.toMatchObject({ name: "NoSuchKey" });
    });
  });
}
