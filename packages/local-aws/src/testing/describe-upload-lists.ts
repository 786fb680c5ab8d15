import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  type MultipartUpload,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

/** So many of one that no other order is like that by age, except once in three million times. */
const SAME_KEY = Array.from({ length: 10 }, () => "u/2");
const KEYS = [...SAME_KEY, "v", "u/1"];

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function describeUploadLists(open: () => Promise<S3UnderTest>): void {
  describe("lists of uploads", () => {
    let client: S3Client;
    let Bucket: string;
    const started: string[] = [];

    useS3(open, async (opened) => {
      ({ client, Bucket } = opened);
      for (const Key of KEYS) {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
        started.push(toName({ Key, UploadId }));
      }
    });

    const list = (input: Partial<ListMultipartUploadsCommandInput>) =>
      client.send(new ListMultipartUploadsCommand({ Bucket, ...input }));
    const toName = ({ Key, UploadId }: MultipartUpload): string => `${Key} ${UploadId}`;

    it.each([1, 5, 1000])("are by key, and whole in pages of %i through both markers", async (MaxUploads) => {
      const found: MultipartUpload[] = [];
      let markers = {};
      for (;;) {
        const page = await list({ MaxUploads, ...markers });
        found.push(...(page.Uploads ?? []));
        if (!page.IsTruncated) break;
        markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
      expect(found.map(({ Key }) => Key)).toEqual(KEYS.toSorted());
      expect(found.map(toName).toSorted()).toEqual(started.toSorted());
    });

    it("go on behind a key", async () => {
      const { Uploads } = await list({ KeyMarker: "u/2" });
      expect(Uploads?.map(({ Key }) => Key)).toEqual(["v"]);
    });

    it("are of keys below a prefix", async () => {
      const { Uploads } = await list({ Prefix: "u/" });
      expect(Uploads?.map(({ Key }) => Key)).toEqual(["u/1", ...SAME_KEY]);
    });

    it("are rolled up at a delimiter, and go on behind what was rolled up", async () => {
      const rolled = await list({ Delimiter: "/", MaxUploads: 1 });
      expect(rolled).toMatchObject({ CommonPrefixes: [{ Prefix: "u/" }], IsTruncated: true });
      const next = await list({ Delimiter: "/", KeyMarker: rolled.NextKeyMarker });
      expect(next).not.toHaveProperty("CommonPrefixes");
      expect(next.Uploads?.map(({ Key }) => Key)).toEqual(["v"]);
    });

    it("are of one key by age", async () => {
      const { Uploads = [] } = await list({ Prefix: "u/2" });
      const times = Uploads.map(({ Initiated }) => Initiated?.getTime() ?? 0);
      expect(times).toHaveLength(SAME_KEY.length);
      expect(times).toEqual(times.toSorted((a, b) => a - b)); // those of one millisecond may change places
    });
  });
}
