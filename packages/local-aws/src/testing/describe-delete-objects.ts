import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { oddKeyWithoutNul } from "./odd-key.ts";
import { type S3UnderTest, sendSigned } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";
import { xmlValue } from "./send-request.ts";

const OTHER_ETAG = '"0cc175b9c0f1b6a831c399e269772661"';
/** None of them is what the schema asks for, or even XML. */
const UNREADABLE = [
  "",
  "junk",
  "<Delete></Delete>",
  "<Delete><Object></Object></Delete>",
  "<Delete><Object><Key></Key></Object></Delete>",
  "<Other><Object><Key>a</Key></Object></Other>",
];
/** The schema has no such element, and no such value. */
const BEYOND_SCHEMA = [
  "<Delete><Object><Key>a</Key></Object><Other/></Delete>",
  "<Delete><Object><Key>a</Key></Object><Quiet>maybe</Quiet></Delete>",
];

export function describeDeleteObjects(open: () => Promise<S3UnderTest>): void {
  describe("deleting many objects", () => {
    let s3: S3UnderTest;
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ s3, client, Bucket } = opened);
    });
    afterEach(async () => {
      for (const Key of await names()) await client.send(new DeleteObjectCommand({ Bucket, Key }));
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
      const { Deleted, Errors } = await remove(["a", "b", "missing", "a"].map((Key) => ({ Key })));
      const deleted = new Set(Deleted?.map(({ Key }) => Key)); // in no certain order
      expect(deleted).toEqual(new Set(["a", "b", "missing"]));
      expect(Errors).toBeUndefined();
      expect(await names()).toEqual(["kept"]);
    });

    it("keeps an object that has another ETag, and deletes the rest", async () => {
      for (const Key of ["changed", "same"]) await put(Key);
      const { Deleted, Errors } = await remove([
        { Key: "changed", ETag: OTHER_ETAG },
        { Key: "same", ETag: `"${createHash("md5").update("bytes").digest("hex")}"` },
      ]);
      expect(Deleted).toEqual([{ Key: "same" }]);
      expect(Errors).toMatchObject([{ Key: "changed", Code: "PreconditionFailed" }]);
      expect(await names()).toEqual(["changed"]);
    });

    it("answers only with errors when asked to be quiet", async () => {
      for (const Key of ["changed", "quiet"]) await put(Key);
      const { Deleted, Errors } = await remove(
        [{ Key: "quiet" }, { Key: "changed", ETag: OTHER_ETAG }],
        true,
      );
      expect(Deleted).toBeUndefined();
      expect(Errors).toMatchObject([{ Key: "changed", Code: "PreconditionFailed" }]);
      expect(await names()).toEqual(["changed"]);
    });

    it("takes 1,000 keys and no more", async () => {
      const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `<&"'>${index}` }));
      const { Deleted } = await remove(Objects.slice(1));
      expect(Deleted).toHaveLength(1000);
      await expect(remove(Objects)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    });

    it("takes a body with Content-MD5 or a checksum", async () => {
      const body = "<Delete><Object><Key>a</Key></Object></Delete>";
      expect(await post(body, { "content-md5": md5(body) })).toEqual([200, undefined]);
      const sha256 = createHash("sha256").update(body).digest("base64");
      expect(await post(body, { "x-amz-checksum-sha256": sha256 })).toEqual([200, undefined]);
    });

    it("refuses a body without Content-MD5 or a checksum", async () => {
      const body = "<Delete><Object><Key>a</Key></Object></Delete>";
      expect(await post(body)).toEqual([400, "InvalidRequest"]);
    });

    it("refuses a body with another Content-MD5", async () => {
      const body = "<Delete><Object><Key>a</Key></Object></Delete>";
      expect(await post(body, { "content-md5": md5("other") })).toEqual([400, "BadDigest"]);
    });

    it.each(UNREADABLE)("refuses %j", async (body) => {
      const [status] = await post(body, { "content-md5": md5(body) });
      expect(status).toBe(400);
    });

    it("calls what it cannot read MalformedXML", async () => {
      const tooMany = `<Delete>${"<Object><Key>a</Key></Object>".repeat(1001)}</Delete>`;
      for (const body of [...UNREADABLE, tooMany]) {
        expect(await post(body, { "content-md5": md5(body) })).toEqual([400, "MalformedXML"]);
      }
    });

    it("refuses elements and values that its schema does not have", async () => {
      for (const body of BEYOND_SCHEMA) {
        expect(await post(body, { "content-md5": md5(body) })).toEqual([400, "MalformedXML"]);
      }
    });

    it("finds keys that are hard to write in XML, white space at their ends too", async () => {
      // XML has no way to write most control characters.
      const writable = oddKeyWithoutNul().filter((key) => !/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/u.test(key));
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
