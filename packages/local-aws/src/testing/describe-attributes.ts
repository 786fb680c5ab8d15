import {
  GetObjectAttributesCommand,
  type GetObjectAttributesCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { sha256Base64, uploadInParts } from "./multipart-object.ts";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const BODIES = [Buffer.alloc(5 * 1024 ** 2, "a"), Buffer.alloc(5 * 1024 ** 2 + 1, "b"), Buffer.from("tail")];

export function describeAttributes(open: () => Promise<S3UnderTest>): void {
  describe("attributes and parts", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, async (opened) => {
      ({ client, Bucket } = opened);
      await client.send(new PutObjectCommand({ Bucket, Key: "single", Body: "hello" }));
      await uploadInParts(client, { Bucket, Key: "parts", bodies: BODIES });
    });

    const attributes = (Key: string, input: Partial<GetObjectAttributesCommandInput>) =>
      client.send(
        new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ["ObjectParts"], ...input }),
      );
    const part = (Key: string, PartNumber: number) =>
      client.send(new GetObjectCommand({ Bucket, Key, PartNumber, ChecksumMode: "ENABLED" }));

    it.each([
      ["ETag", "5d41402abc4b2a76b9719d911017c592"], // without quotes, only here
      ["StorageClass", "STANDARD"],
      ["ObjectSize", 5],
    ] as const)("of an object are only those asked for, such as %s", async (attribute, value) => {
      const found = await attributes("single", { ObjectAttributes: [attribute] });
      const { ETag, Checksum, ObjectParts, StorageClass, ObjectSize } = found;
      const given = Object.entries({ ETag, Checksum, ObjectParts, StorageClass, ObjectSize });
      expect(given.filter(([, content]) => content !== undefined)).toEqual([[attribute, value]]);
    });

    it("need an object", async () => {
      await expect(attributes("missing", {})).rejects.toMatchObject({ name: "NoSuchKey" });
    });

    it("of an object of parts list them, with their checksums, in pages", async () => {
      const { ObjectParts } = await attributes("parts", {});
      expect(ObjectParts).toMatchObject({
        TotalPartsCount: 3,
        Parts: BODIES.map((body, index) => ({
          PartNumber: index + 1,
          Size: body.length,
          ChecksumSHA256: sha256Base64(body),
        })),
      });
      const { ObjectParts: first } = await attributes("parts", { MaxParts: 2 });
      expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "2", TotalPartsCount: 3 });
      expect(first?.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([1, 2]);
      const { ObjectParts: rest } = await attributes("parts", { PartNumberMarker: "2" });
      expect(rest?.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
    });

    it("let each part be read by its number", async () => {
      for (const [index, body] of BODIES.entries()) {
        const got = await part("parts", index + 1);
        expect(got).toMatchObject({ PartsCount: 3, ContentLength: body.length });
        const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
        expect(bytes.equals(body)).toBe(true);
        const head = await client.send(
          new HeadObjectCommand({ Bucket, Key: "parts", PartNumber: index + 1 }),
        );
        expect(head).toMatchObject({ PartsCount: 3, ContentLength: body.length });
      }
    });

    it("let an object of one piece be read as part 1", async () => {
      const got = await part("single", 1);
      expect(await got.Body?.transformToString()).toBe("hello");
      expect(got.PartsCount).toBeUndefined();
    });

    it.each([
      ["parts", 4],
      ["single", 2],
    ])("of %s know no part %i", async (Key, PartNumber) => {
      await expect(part(Key, PartNumber)).rejects.toMatchObject({
        name: expect.stringMatching(/^InvalidPart/),
      });
    });
  });
}
