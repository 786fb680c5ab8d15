import { createHash } from "node:crypto";
import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oddKey } from "./odd-key.ts";
import { type S3UnderTest, sendSigned } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";
import { xmlValue } from "./send-request.ts";

export function describeDeleteObjects(open: () => Promise<S3UnderTest>): void {
  describe("deleting many objects", () => {
    let s3: S3UnderTest;
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ s3, client, Bucket } = opened);
    });

    const put = (Key: string): Promise<unknown> =>
      client.send(new PutObjectCommand({ Bucket, Key, Body: "bytes" }));
    const remove = (Objects: { Key: string; ETag?: string }[], Quiet?: boolean) =>
      client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, ...(Quiet ? { Quiet } : {}) } }));
    const names = async (): Promise<(string | undefined)[]> => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key }) => Key);
    };
    const post = async (body: string, headers: Record<string, string> = {}) => {
      const answer = await sendSigned(s3, { method: "POST", path: `/${Bucket}?delete`, headers, body });
      return [answer.status, xmlValue(answer.text, "Code")];
    };
    const md5 = (body: string): string => createHash("md5").update(body).digest("base64");

    it("deletes those named and no other, and counts missing ones as deleted", async () => {
      for (const Key of ["a", "b", "kept"]) await put(Key);
      const { Deleted, Errors } = await remove([
        { Key: "a" },
        { Key: "b" },
        { Key: "missing" },
        { Key: "a" },
      ]);
      expect(Deleted).toEqual([{ Key: "a" }, { Key: "b" }, { Key: "missing" }, { Key: "a" }]);
      expect(Errors).toBeUndefined();
      expect(await names()).toEqual(["kept"]);
      await remove([{ Key: "kept" }]);
    });

    it("answers only with errors when asked to be quiet", async () => {
      await put("quiet");
      const Objects = [{ Key: "quiet" }, { Key: "k".repeat(1025) }];
      const { Deleted, Errors } = await remove(Objects, true);
      expect(Deleted).toBeUndefined();
      expect(Errors).toMatchObject([{ Key: Objects[1]?.Key, Code: "KeyTooLongError" }]);
      expect(await names()).toEqual([]);
    });

    it("keeps an object that has another ETag, and deletes the rest", async () => {
      for (const Key of ["changed", "same"]) await put(Key);
      const { Deleted, Errors } = await remove([
        { Key: "changed", ETag: '"0cc175b9c0f1b6a831c399e269772661"' },
        { Key: "same", ETag: `"${createHash("md5").update("bytes").digest("hex")}"` },
      ]);
      expect(Deleted).toEqual([{ Key: "same" }]);
      expect(Errors).toMatchObject([{ Key: "changed", Code: "PreconditionFailed" }]);
      expect(await names()).toEqual(["changed"]);
      await remove([{ Key: "changed" }]);
    });

    it("takes 1,000 keys and no more", async () => {
      const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `<&"'>${index}` }));
      const { Deleted } = await remove(Objects.slice(1));
      expect(Deleted).toHaveLength(1000);
      await expect(remove(Objects)).rejects.toMatchObject({ name: "MalformedXML" });
    });

    it("needs Content-MD5 or a checksum, and the right one", async () => {
      const body = "<Delete><Object><Key>a</Key></Object></Delete>";
      expect(await post(body)).toEqual([400, "InvalidRequest"]);
      expect(await post(body, { "content-md5": md5("other") })).toEqual([400, "BadDigest"]);
      expect(await post(body, { "content-md5": md5(body) })).toEqual([200, undefined]);
      const sha256 = createHash("sha256").update(body).digest("base64");
      expect(await post(body, { "x-amz-checksum-sha256": sha256 })).toEqual([200, undefined]);
    });

    it.each([
      "",
      "junk",
      "<Delete></Delete>",
      "<Delete><Object></Object></Delete>",
      "<Delete><Object><Key></Key></Object></Delete>",
      "<Delete><Object><Key>a</Key></Object><Quiet>maybe</Quiet></Delete>",
      "<Delete><Object><Key>a</Key></Object><Other/></Delete>",
      "<Other><Object><Key>a</Key></Object></Other>",
    ])("refuses %j", async (body) => {
      expect(await post(body, { "content-md5": md5(body) })).toEqual([400, "MalformedXML"]);
    });

    it("finds keys that are hard to write in XML, white space at their ends too", async () => {
      // XML has no way to write most control characters.
      const writable = oddKey().filter((key) => !/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/u.test(key));
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(writable, { minLength: 1, maxLength: 5 }), async (keys) => {
          const spaced = [...keys, " a ", "\r\n"];
          for (const Key of spaced) await put(Key);
          await remove(spaced.map((Key) => ({ Key })));
          expect(await names()).toEqual([]);
        }),
        { numRuns: 10 },
      );
    });
  });
}
