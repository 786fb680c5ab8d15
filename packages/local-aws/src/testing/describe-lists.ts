import {
  ListObjectsCommand,
  type ListObjectsCommandInput,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const KEYS = ["a", "a/1", "a/2", "b", "c/1/x", "c/2", "d", "\u{10000}", "\uffee"];
/** By UTF-8 octets: U+10000 comes behind U+FFEE, unlike in UTF-16. */
const SORTED = KEYS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

export function describeLists(open: () => Promise<S3UnderTest>): void {
  describe("lists", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, async (opened) => {
      ({ client, Bucket } = opened);
      for (const Key of KEYS) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    });

    /** All names of all pages, in order. */
    const listAll = async (input: object): Promise<{ keys: string[]; prefixes: string[]; pages: number }> => {
      const keys: string[] = [];
      const prefixes: string[] = [];
      let token: string | undefined;
      let pages = 0;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket,
            ...input,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        );
        keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
        prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix));
        expect(page.KeyCount).toBe((page.Contents ?? []).length + (page.CommonPrefixes ?? []).length);
        token = page.NextContinuationToken;
        expect(page.IsTruncated).toBe(token !== undefined);
        pages += 1;
      } while (token !== undefined);
      return { keys, prefixes, pages };
    };

    it("lists in the order of UTF-8 octets", async () => {
      expect((await listAll({})).keys).toEqual(SORTED);
    });

    it("gives the same names in pages of any size", async () => {
      for (const MaxKeys of [1, 2, 4, 9, 1000]) {
        expect(await listAll({ MaxKeys })).toMatchObject({ keys: SORTED, pages: Math.ceil(9 / MaxKeys) });
      }
    });

    it("rolls keys up at the delimiter, across pages too", async () => {
      for (const MaxKeys of [1, 2, 3, 1000]) {
        const { keys, prefixes } = await listAll({ Delimiter: "/", MaxKeys });
        expect(keys).toEqual(SORTED.filter((key) => !key.includes("/")));
        expect(prefixes).toEqual(["a/", "c/"]);
      }
    });

    it("lists below a prefix and behind a key", async () => {
      expect(await listAll({ Prefix: "c/", Delimiter: "/" })).toMatchObject({
        keys: ["c/2"],
        prefixes: ["c/1/"],
      });
      expect((await listAll({ Prefix: "a/" })).keys).toEqual(["a/1", "a/2"]);
      expect((await listAll({ StartAfter: "a/1", MaxKeys: 2 })).keys).toEqual(
        SORTED.filter((key) => key > "a/1"),
      );
      expect((await listAll({ Prefix: "zzz" })).keys).toEqual([]);
    });

    it("gives nothing, and no further page, when asked for no keys", async () => {
      const page = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
      expect(page).toMatchObject({ KeyCount: 0, IsTruncated: false });
    });

    it("refuses a token that it did not give", async () => {
      await expect(
        client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: "made up" })),
      ).rejects.toMatchObject({ name: "InvalidArgument" });
    });

    describe("in their first version", () => {
      const list = (input: Partial<ListObjectsCommandInput>) =>
        client.send(new ListObjectsCommand({ Bucket, ...input }));

      it.each([1, 2, 4, 1000])("give the same names in pages of %i", async (MaxKeys) => {
        const keys: string[] = [];
        let Marker = "";
        for (;;) {
          const page = await list({ MaxKeys, Marker });
          keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
          if (!page.IsTruncated) break;
          Marker = keys.at(-1) ?? ""; // without a delimiter no page names where the next one begins
        }
        expect(keys).toEqual(SORTED);
      });

      it.each([1, 2, 3, 1000])("roll keys up at the delimiter, in pages of %i", async (MaxKeys) => {
        const keys: string[] = [];
        const prefixes: string[] = [];
        let Marker: string | undefined;
        for (;;) {
          const page = await list({ MaxKeys, Delimiter: "/", Marker });
          keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
          prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix));
          expect(page.NextMarker !== undefined).toBe(page.IsTruncated);
          if (!page.IsTruncated) break;
          Marker = page.NextMarker;
        }
        expect(keys).toEqual(SORTED.filter((key) => !key.includes("/")));
        expect(prefixes).toEqual(["a/", "c/"]);
      });

      it("name the owner of each object", async () => {
        const { Contents = [] } = await list({ Prefix: "a/" });
        expect(Contents).toMatchObject(
          ["a/1", "a/2"].map((Key) => ({ Key, Owner: { ID: expect.any(String) } })),
        );
      });
    });
  });
}
