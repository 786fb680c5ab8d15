import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, it } from "vitest";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

/** Opaque, and fit for a URL. */
const ID = /^[\w.-]{16,}$/;

export function describeVersioning(open: () => Promise<S3UnderTest>): void {
  describe("versions", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ client, Bucket } = opened);
    });

    const setStatus = (Status: "Enabled" | "Suspended"): Promise<unknown> =>
      client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    const put = async (Key: string, Body: string, input: Partial<PutObjectCommandInput> = {}) => {
      const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key, Body, ...input }));
      return VersionId;
    };
    const remove = (Key: string, input: { VersionId?: string | undefined; IfMatch?: string } = {}) =>
      client.send(new DeleteObjectCommand({ Bucket, Key, ...input }));
    const read = async (Key: string, VersionId?: string): Promise<string | undefined> => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      return Body?.transformToString();
    };
    const list = (Prefix: string, input: Partial<ListObjectVersionsCommandInput> = {}) =>
      client.send(new ListObjectVersionsCommand({ Bucket, Prefix, ...input }));
    const upload = async (Key: string, UploadId: string | undefined, Body: string) => {
      const target = { Bucket, Key, UploadId };
      const { ETag } = await client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      return client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload }));
    };
    const create = (Key: string) => client.send(new CreateMultipartUploadCommand({ Bucket, Key }));

    it("are off at first: there are null versions, which no answer names", async () => {
      const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
      expect(Status).toBeUndefined();
      expect(await put("early", "first")).toBeUndefined();
      expect(await put("early", "second")).toBeUndefined();
      expect(await read("early", "null")).toBe("second");
      const { Versions } = await list("early");
      expect(Versions).toMatchObject([{ Key: "early", VersionId: "null", IsLatest: true, Size: 6 }]);
    });

    describe("once enabled", () => {
      beforeAll(() => setStatus("Enabled"));

      it("are told by GetBucketVersioning", async () => {
        expect(await client.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({
          Status: "Enabled",
        });
      });

      it("are kept beside each other, each with its own bytes and metadata", async () => {
        const one = await put("kept", "one", { Metadata: { n: "1" } });
        const two = await put("kept", "two");
        expect(one).toMatch(ID);
        expect(two).not.toBe(one);
        expect(await read("kept")).toBe("two");
        expect(await read("kept", one)).toBe("one");
        const head = await client.send(new HeadObjectCommand({ Bucket, Key: "kept", VersionId: one }));
        expect(head).toMatchObject({ VersionId: one, Metadata: { n: "1" }, ContentLength: 3 });
      });

      it("keep what was there before as the null version", async () => {
        const VersionId = await put("early", "third");
        expect(await read("early")).toBe("third");
        expect(await read("early", "null")).toBe("second");
        const { Versions } = await list("early");
        expect(Versions).toMatchObject([
          { VersionId, IsLatest: true },
          { VersionId: "null", IsLatest: false },
        ]);
      });

      it("hide behind a delete marker, which goes like any version", async () => {
        const one = await put("hidden", "bytes");
        const { DeleteMarker, VersionId: marker } = await remove("hidden");
        expect([DeleteMarker, marker]).toEqual([true, expect.stringMatching(ID)]);
        await expect(read("hidden")).rejects.toMatchObject({ name: "NoSuchKey" });
        expect(await read("hidden", one)).toBe("bytes");
        expect((await client.send(new ListObjectsV2Command({ Bucket, Prefix: "hidden" }))).KeyCount).toBe(0);
        expect(await list("hidden")).toMatchObject({
          DeleteMarkers: [{ Key: "hidden", VersionId: marker, IsLatest: true }],
          Versions: [{ Key: "hidden", VersionId: one, IsLatest: false }],
        });
        expect(await remove("hidden", { VersionId: marker })).toMatchObject({
          DeleteMarker: true,
          VersionId: marker,
        });
        expect(await read("hidden")).toBe("bytes");
      });

      it("get a marker with each DELETE, even where nothing is", async () => {
        await remove("nothing");
        await remove("nothing");
        const { DeleteMarkers = [], Versions } = await list("nothing");
        expect(DeleteMarkers.map(({ IsLatest }) => IsLatest)).toEqual([true, false]);
        expect(Versions).toBeUndefined();
      });

      it("go one by one and for good, and that may be said twice", async () => {
        const one = await put("gone", "one");
        const two = await put("gone", "two");
        expect(await remove("gone", { VersionId: two })).toMatchObject({ VersionId: two });
        expect(await read("gone")).toBe("one");
        await expect(read("gone", two)).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
        await remove("gone", { VersionId: two });
        await remove("gone", { VersionId: one });
        expect(await list("gone")).not.toHaveProperty("Versions");
      });

      it("are deleted in numbers too", async () => {
        const one = await put("many/a", "one");
        await put("many/a", "two");
        const { VersionId: marker } = await remove("many/b");
        const Objects = [
          { Key: "many/a", VersionId: one },
          { Key: "many/b", VersionId: marker },
          { Key: "many/c" },
        ];
        const { Deleted = [], Errors } = await client.send(
          new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
        );
        expect(Errors).toBeUndefined();
        const byKey = Deleted.toSorted((a, b) => ((a.Key ?? "") < (b.Key ?? "") ? -1 : 1));
        expect(byKey).toMatchObject([
          { Key: "many/a", VersionId: one },
          { Key: "many/b", VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker },
          { Key: "many/c", DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
        ]);
        expect(await list("many/")).toMatchObject({
          Versions: [{ Key: "many/a", IsLatest: true }],
          DeleteMarkers: [{ Key: "many/c", IsLatest: true }],
        });
      });

      it("are sources of copies, onto their own key too", async () => {
        const one = await put("copied", "one", { Metadata: { n: "1" } });
        await put("copied", "two");
        const CopySource = `${Bucket}/copied?versionId=${one}`;
        const back = await client.send(new CopyObjectCommand({ Bucket, Key: "copied", CopySource }));
        expect(back.VersionId).not.toBe(one);
        expect(await read("copied")).toBe("one");
        expect((await list("copied")).Versions).toHaveLength(3);
        await remove("copied");
        const from = (source: string): Promise<unknown> =>
          client.send(new CopyObjectCommand({ Bucket, Key: "elsewhere", CopySource: source }));
        await expect(from(`${Bucket}/copied`)).rejects.toMatchObject({ name: "NoSuchKey" });
        await from(CopySource);
        expect(await read("elsewhere")).toBe("one");
      });

      it("are written under conditions on the current one", async () => {
        await put("conditional", "one");
        await expect(put("conditional", "two", { IfNoneMatch: "*" })).rejects.toMatchObject({
          name: "PreconditionFailed",
        });
        await remove("conditional");
        await put("conditional", "three", { IfNoneMatch: "*" });
        const { ETag = "" } = await client.send(new HeadObjectCommand({ Bucket, Key: "conditional" }));
        await put("conditional", "four", { IfMatch: ETag });
        await expect(put("conditional", "five", { IfMatch: ETag })).rejects.toMatchObject({
          name: "PreconditionFailed",
        });
        expect(await read("conditional")).toBe("four");
      });

      it("come of uploads too", async () => {
        const { UploadId } = await create("uploaded");
        const old = await put("uploaded", "single");
        const { VersionId } = await upload("uploaded", UploadId, "multipart");
        expect(VersionId).toMatch(ID);
        expect(await read("uploaded", VersionId)).toBe("multipart");
        expect(await read("uploaded", old)).toBe("single");
      });
    });

    describe("in a list", () => {
      const order: string[] = [];

      beforeAll(async () => {
        await setStatus("Enabled");
        for (const Key of ["list/a", "list/b", "list/b", "list/b", "list/c/1", "list/c/2", "list/d"]) {
          await put(Key, Key);
        }
        await remove("list/b");
        const { Versions = [], DeleteMarkers = [] } = await list("list/");
        const named = [...Versions, ...DeleteMarkers];
        const isBefore = (a: string, b: string): number => (a < b ? -1 : 1);
        for (const { Key = "", VersionId = "" } of named.toSorted((a, b) =>
          isBefore(a.Key ?? "", b.Key ?? ""),
        )) {
          order.push(`${Key} ${VersionId}`);
        }
      });

      /** All pages: what is in them, and how many there are. */
      const pages = async (input: Partial<ListObjectVersionsCommandInput>) => {
        const found: string[] = [];
        const prefixes: string[] = [];
        let markers: Partial<ListObjectVersionsCommandInput> = {};
        for (let count = 1; ; count += 1) {
          const page = await list("list/", { ...input, ...markers });
          for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
            found.push(`${Key} ${VersionId}`);
          }
          prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix));
          if (page.IsTruncated !== true) return { found, prefixes, count };
          markers = {
            KeyMarker: page.NextKeyMarker,
            ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
          };
        }
      };

      it("are sorted by key, and of each key the newest comes first", async () => {
        const { Versions = [], DeleteMarkers = [] } = await list("list/b");
        expect(DeleteMarkers).toMatchObject([{ Key: "list/b", IsLatest: true }]);
        expect(Versions.map(({ IsLatest }) => IsLatest)).toEqual([false, false, false]);
        const times = Versions.map(({ LastModified }) => LastModified?.getTime() ?? 0);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
        expect(order).toHaveLength(8);
      });

      it.each([1, 2, 3, 1000])("are each on one page of %i", async (MaxKeys) => {
        const { found, count } = await pages({ MaxKeys });
        expect(found.toSorted()).toEqual(order.toSorted());
        expect(count).toBe(Math.ceil(8 / MaxKeys));
      });

      it.each([1, 2, 1000])("are rolled up at a delimiter, on pages of %i", async (MaxKeys) => {
        const { found, prefixes } = await pages({ MaxKeys, Delimiter: "/" });
        expect(found.toSorted()).toEqual(order.filter((name) => !name.startsWith("list/c/")).toSorted());
        expect(prefixes).toEqual(["list/c/"]);
      });

      it("go on behind one of a key", async () => {
        const { DeleteMarkers = [], Versions = [] } = await list("list/b");
        const VersionIdMarker = DeleteMarkers[0]?.VersionId;
        const behind = await list("list/b", { KeyMarker: "list/b", VersionIdMarker });
        expect(behind.DeleteMarkers).toBeUndefined();
        expect(behind.Versions).toEqual(Versions);
      });
    });

    describe("when suspended", () => {
      let one: string | undefined;

      beforeAll(async () => {
        await setStatus("Enabled");
        one = await put("suspended", "one");
        await setStatus("Suspended");
      });

      it("stay, while the null version is overwritten", async () => {
        await put("suspended", "null one");
        await put("suspended", "null two");
        expect(await read("suspended")).toBe("null two");
        expect(await read("suspended", one)).toBe("one");
        expect((await list("suspended")).Versions).toMatchObject([
          { VersionId: "null", IsLatest: true },
          { VersionId: one, IsLatest: false },
        ]);
      });

      it("get a null delete marker in place of the null version", async () => {
        await put("suspended", "null");
        expect(await remove("suspended")).toMatchObject({ DeleteMarker: true, VersionId: "null" });
        expect(await list("suspended")).toMatchObject({
          DeleteMarkers: [{ VersionId: "null", IsLatest: true }],
          Versions: [{ VersionId: one, IsLatest: false }],
        });
        await remove("suspended", { VersionId: "null" });
        expect(await read("suspended")).toBe("one");
      });
    });
  });
}
