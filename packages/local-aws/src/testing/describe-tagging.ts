import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  type Tag,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const TAGS = [
  { Key: "state", Value: "new" },
  { Key: "größe +-=._:/@", Value: "" },
];

export function describeTagging(open: () => Promise<S3UnderTest>): void {
  describe("tags", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ client, Bucket } = opened);
    });

    const put = (Key: string, input: object = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body: "bytes", ...input }));
    const setTags = (Key: string, TagSet: Tag[], VersionId?: string) =>
      client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet }, VersionId }));
    const tagsOf = async (Key: string, VersionId?: string): Promise<Tag[]> => {
      const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId }));
      return TagSet.toSorted((a, b) => ((a.Key ?? "") < (b.Key ?? "") ? -1 : 1));
    };
    const sorted = TAGS.toSorted((a, b) => (a.Key < b.Key ? -1 : 1));

    it("are set, replaced and deleted as a whole", async () => {
      await put("k");
      expect(await tagsOf("k")).toEqual([]);
      await setTags("k", TAGS);
      expect(await tagsOf("k")).toEqual(sorted);
      await setTags("k", [{ Key: "only", Value: "one" }]);
      expect(await tagsOf("k")).toEqual([{ Key: "only", Value: "one" }]);
      await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: "k" }));
      expect(await tagsOf("k")).toEqual([]);
    });

    it("come with the object, and are counted where it is read", async () => {
      const Tagging = TAGS.map(({ Key, Value }) => `${encodeURIComponent(Key)}=${Value}`).join("&");
      await put("tagged", { Tagging });
      expect(await tagsOf("tagged")).toEqual(sorted);
      expect(await client.send(new GetObjectCommand({ Bucket, Key: "tagged" }))).toMatchObject({
        TagCount: 2,
      });
      await put("tagged");
      expect(await tagsOf("tagged")).toEqual([]);
      const got = await client.send(new GetObjectCommand({ Bucket, Key: "tagged" }));
      expect(got.TagCount).toBeUndefined();
    });

    it("come with a multipart upload from its beginning", async () => {
      const Key = "uploaded";
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, Tagging: "state=new" }),
      );
      const target = { Bucket, Key, UploadId };
      const { ETag } = await client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: "x" }));
      await client.send(
        new CompleteMultipartUploadCommand({
          ...target,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        }),
      );
      expect(await tagsOf(Key)).toEqual([{ Key: "state", Value: "new" }]);
    });

    it("go with a copy", async () => {
      await put("source", { Tagging: "state=new" });
      await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/source` }));
      expect(await tagsOf("copy")).toEqual([{ Key: "state", Value: "new" }]);
    });

    it("are ten at most, with keys of 128 characters and values of 256", async () => {
      await put("limits");
      const many = (count: number): Tag[] =>
        Array.from({ length: count }, (_, index) => ({ Key: `key${index}`, Value: "v" }));
      await setTags("limits", many(10));
      await setTags("limits", [{ Key: "k".repeat(128), Value: "v".repeat(256) }]);
      const refused = async (tags: Tag[]): Promise<unknown> =>
        setTags("limits", tags).then(
          () => "taken",
          (error: { name: string }) => error.name,
        );
      expect(await refused(many(11))).toMatch(/^(BadRequest|InvalidTag)$/);
      expect(await refused([{ Key: "k".repeat(129), Value: "v" }])).toBe("InvalidTag");
      expect(await refused([{ Key: "k", Value: "v".repeat(257) }])).toBe("InvalidTag");
      expect(await tagsOf("limits")).toEqual([{ Key: "k".repeat(128), Value: "v".repeat(256) }]);
    });

    it("need an object", async () => {
      await expect(tagsOf("missing")).rejects.toMatchObject({ name: "NoSuchKey" });
      await expect(setTags("missing", TAGS)).rejects.toMatchObject({ name: "NoSuchKey" });
    });

    it("of a bucket are its own", async () => {
      const get = () => client.send(new GetBucketTaggingCommand({ Bucket }));
      await expect(get()).rejects.toMatchObject({ name: "NoSuchTagSet" });
      await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: TAGS } }));
      expect((await get()).TagSet).toEqual(expect.arrayContaining(TAGS));
      await client.send(new DeleteBucketTaggingCommand({ Bucket }));
      await expect(get()).rejects.toMatchObject({ name: "NoSuchTagSet" });
    });

    it("belong to one version", async () => {
      await client.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
      );
      const { VersionId: one } = await put("versioned", { Tagging: "n=1" });
      const { VersionId: two } = await put("versioned", { Tagging: "n=2" });
      expect(await tagsOf("versioned", one)).toEqual([{ Key: "n", Value: "1" }]);
      await setTags("versioned", [{ Key: "n", Value: "first" }], one);
      await setTags("versioned", [{ Key: "n", Value: "current" }]);
      expect(await tagsOf("versioned", one)).toEqual([{ Key: "n", Value: "first" }]);
      expect(await tagsOf("versioned", two)).toEqual([{ Key: "n", Value: "current" }]);
    });
  });
}
