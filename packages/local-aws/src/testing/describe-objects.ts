import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oddKeyWithoutNul } from "./odd-key.ts";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

export function describeObjects(open: () => Promise<S3UnderTest>): void {
  describe("objects", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ client, Bucket } = opened);
    });

    const put = (Key: string, Body: string): Promise<unknown> =>
      client.send(new PutObjectCommand({ Bucket, Key, Body }));

    it("stores an object of no bytes", async () => {
      await put("empty", "");
      const got = await client.send(new GetObjectCommand({ Bucket, Key: "empty" }));
      expect(got).toMatchObject({ ContentLength: 0, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' });
      expect(await got.Body?.transformToString()).toBe("");
      const Range = "bytes=0-";
      await expect(client.send(new GetObjectCommand({ Bucket, Key: "empty", Range }))).rejects.toMatchObject({
        name: "InvalidRange",
      });
    });

    it("answers a missing key with NoSuchKey, HEAD with a bare 404 and DELETE with success", async () => {
      const Key = "missing";
      await expect(client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
        name: "NoSuchKey",
      });
      await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 404 },
      });
      const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key }));
      expect(deleted.$metadata.httpStatusCode).toBe(204);
    });

    it("gives the bytes of each form of range", async () => {
      await put("range", "0123456789");
      const get = async (Range: string): Promise<[string | undefined, string | undefined]> => {
        const got = await client.send(new GetObjectCommand({ Bucket, Key: "range", Range }));
        expect(got.$metadata.httpStatusCode).toBe(206);
        return [await got.Body?.transformToString(), got.ContentRange];
      };
      expect(await get("bytes=2-4")).toEqual(["234", "bytes 2-4/10"]);
      expect(await get("bytes=7-")).toEqual(["789", "bytes 7-9/10"]);
      expect(await get("bytes=-3")).toEqual(["789", "bytes 7-9/10"]);
      expect(await get("bytes=-100")).toEqual(["0123456789", "bytes 0-9/10"]);
      expect(await get("bytes=9-100")).toEqual(["9", "bytes 9-9/10"]);
      await expect(get("bytes=10-")).rejects.toMatchObject({
        name: "InvalidRange",
        $metadata: { httpStatusCode: 416 },
      });
    });

    it("reads under conditions", async () => {
      await put("condition", "x");
      const { ETag, LastModified } = await client.send(new HeadObjectCommand({ Bucket, Key: "condition" }));
      const get = async (input: object): Promise<number | undefined> =>
        client.send(new GetObjectCommand({ Bucket, Key: "condition", ...input })).then(
          ({ $metadata }) => $metadata.httpStatusCode,
          (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
        );
      expect(await get({ IfMatch: ETag })).toBe(200);
      expect(await get({ IfMatch: '"other"' })).toBe(412);
      expect(await get({ IfNoneMatch: ETag })).toBe(304);
      expect(await get({ IfNoneMatch: '"other"' })).toBe(200);
      expect(await get({ IfModifiedSince: LastModified })).toBe(304);
      expect(await get({ IfModifiedSince: new Date(0) })).toBe(200);
      expect(await get({ IfUnmodifiedSince: LastModified })).toBe(200);
      expect(await get({ IfUnmodifiedSince: new Date(0) })).toBe(412);
    });

    it("creates only where nothing is, and replaces only what is named", async () => {
      const write = (input: object): Promise<unknown> =>
        client.send(new PutObjectCommand({ Bucket, Key: "write-once", Body: "a", ...input }));
      await expect(write({ IfMatch: '"x"' })).rejects.toMatchObject({ name: "NoSuchKey" });
      await write({ IfNoneMatch: "*" });
      await expect(write({ IfNoneMatch: "*", Body: "b" })).rejects.toMatchObject({
        name: "PreconditionFailed",
      });
      await expect(write({ IfMatch: '"x"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
      await write({ IfMatch: '"0cc175b9c0f1b6a831c399e269772661"', Body: "c" });
    });

    it("lets one of many concurrent creators win", async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) =>
          client.send(new PutObjectCommand({ Bucket, Key: "race", Body: `${index}`, IfNoneMatch: "*" })),
        ),
      );
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    it("lets a presigned download carry a name of its own", async () => {
      await put("named", "x");
      const url = await getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket,
          Key: "named",
          ResponseContentDisposition: `attachment; filename*=UTF-8''%EA%B0%80.txt`,
          ResponseContentType: "text/x-own",
        }),
      );
      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''%EA%B0%80.txt");
      expect(response.headers.get("content-type")).toBe("text/x-own");
    });

    it("keeps any key apart from any other through PUT, LIST, GET and DELETE", async () => {
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(oddKeyWithoutNul(), { minLength: 1, maxLength: 5 }), async (keys) => {
          for (const Key of keys) await put(Key, `bytes of ${Key}`);
          const listed = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));
          const found = listed.Contents?.map(({ Key = "" }) => decodeURIComponent(Key.replaceAll("+", " ")));
          expect(found).toEqual(expect.arrayContaining(keys));
          for (const Key of keys) {
            const got = await client.send(new GetObjectCommand({ Bucket, Key }));
            expect(await got.Body?.transformToString()).toBe(`bytes of ${Key}`);
            await client.send(new DeleteObjectCommand({ Bucket, Key }));
            await expect(client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
              name: "NoSuchKey",
            });
          }
        }),
        { numRuns: 15 },
      );
    });

    it("keeps a key with a NUL in it", async () => {
      await put("a\0b", "bytes");
      const got = await client.send(new GetObjectCommand({ Bucket, Key: "a\0b" }));
      expect(await got.Body?.transformToString()).toBe("bytes");
    });

    it("refuses a key over 1,024 bytes", async () => {
      await expect(put("k".repeat(1025), "x")).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    });

    it("calls a key over 1,024 bytes KeyTooLongError", async () => {
      await expect(put("k".repeat(1025), "x")).rejects.toMatchObject({ name: "KeyTooLongError" });
    });
  });
}
