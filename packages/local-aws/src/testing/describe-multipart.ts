import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const MIN_PART = Buffer.alloc(5 * 1024 ** 2, "m");

export function describeMultipart(open: () => Promise<S3UnderTest>): void {
  describe("multipart uploads", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ client, Bucket } = opened);
    });

    const create = async (
      Key: string,
      input: object = {},
    ): Promise<{ Bucket: string; Key: string; UploadId: string }> => {
      const { UploadId = "" } = await client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ...input }),
      );
      return { Bucket, Key, UploadId };
    };
    type Target = Awaited<ReturnType<typeof create>>;
    const upload = async (
      target: Target,
      PartNumber: number,
      Body: string | Buffer,
    ): Promise<CompletedPart> => {
      const { ETag = "" } = await client.send(new UploadPartCommand({ ...target, PartNumber, Body }));
      return { PartNumber, ETag };
    };
    const complete = (target: Target, Parts: CompletedPart[], input: object = {}) =>
      client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...input }));

    it("joins parts that came in any order, and reads across their borders", async () => {
      const target = await create("joined", { ContentType: "text/plain", Metadata: { a: "b" } });
      const last = await upload(target, 2, "tail");
      const first = await upload(target, 1, MIN_PART);
      const done = await complete(target, [first, last]);
      const whole = Buffer.concat([MIN_PART, Buffer.from("tail")]);
      const md5s = [MIN_PART, Buffer.from("tail")].map((part) => createHash("md5").update(part).digest());
      expect(done.ETag).toBe(`"${createHash("md5").update(Buffer.concat(md5s)).digest("hex")}-2"`);
      const got = await client.send(new GetObjectCommand({ Bucket, Key: "joined" }));
      expect(got).toMatchObject({
        ContentType: "text/plain",
        Metadata: { a: "b" },
        ContentLength: whole.length,
      });
      expect(whole.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
      const Range = `bytes=${MIN_PART.length - 2}-${MIN_PART.length + 1}`;
      const border = await client.send(new GetObjectCommand({ Bucket, Key: "joined", Range }));
      expect(await border.Body?.transformToString()).toBe("mmta");
    });

    it("lists parts in pages, and the last bytes sent for a number count", async () => {
      const target = await create("listed");
      for (const PartNumber of [3, 1, 2]) await upload(target, PartNumber, `part ${PartNumber}`);
      await upload(target, 2, "again!");
      const page = await client.send(new ListPartsCommand({ ...target, MaxParts: 2 }));
      expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "2" });
      expect(page.Parts).toMatchObject([
        { PartNumber: 1, Size: 6 },
        { PartNumber: 2, Size: 6 },
      ]);
      expect(page.Parts?.[1]?.ETag).toBe(`"${createHash("md5").update("again!").digest("hex")}"`);
      const rest = await client.send(new ListPartsCommand({ ...target, PartNumberMarker: "2" }));
      expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 3 }] });
    });

    it("refuses a list that is wrong or empty, and keeps the upload", async () => {
      const target = await create("refused");
      const one = await upload(target, 1, MIN_PART);
      const two = await upload(target, 2, "x");
      const refused = async (parts: CompletedPart[], name: unknown): Promise<void> => {
        await expect(complete(target, parts)).rejects.toMatchObject({ name });
      };
      await refused([one, one], expect.stringMatching(/^InvalidPart(Order)?$/)); // Amazon does not say which
      await refused([one, { ...two, PartNumber: 3 }], "InvalidPart");
      await refused([{ ...one, ETag: two.ETag }, two], "InvalidPart");
      await refused([], "MalformedXML");
      await complete(target, [one, two], { MpuObjectSize: MIN_PART.length + 1 });
    });

    it("refuses parts that are not in the order of their numbers", async () => {
      const target = await create("disordered");
      const one = await upload(target, 1, MIN_PART);
      const two = await upload(target, 2, "x");
      await expect(complete(target, [two, one])).rejects.toMatchObject({ name: "InvalidPartOrder" });
    });

    it("refuses to make an object of another size than the client says", async () => {
      const target = await create("size");
      const parts = [await upload(target, 1, "x")];
      await expect(complete(target, parts, { MpuObjectSize: 7 })).rejects.toMatchObject({
        name: "InvalidRequest",
      });
    });

    it("refuses small parts except for the last", async () => {
      const target = await create("small");
      const parts = [await upload(target, 1, "x"), await upload(target, 2, "y")];
      await expect(complete(target, parts)).rejects.toMatchObject({ name: "EntityTooSmall" });
    });

    it("leaves out the parts that are not listed", async () => {
      const target = await create("selected");
      const [one] = [await upload(target, 1, "listed"), await upload(target, 2, "not listed")];
      await complete(target, [one]);
      const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: "selected" }));
      expect(ContentLength).toBe("listed".length);
    });

    it("takes the part number 10,000", async () => {
      const target = await create("10,000");
      const parts = [await upload(target, 10_000, "x")];
      expect((await complete(target, parts)).ETag).toMatch(/-1"$/);
    });

    it.each([0, 10_001])("refuses the part number %i", async (partNumber) => {
      const target = await create("numbers");
      await expect(upload(target, partNumber, "x")).rejects.toMatchObject({ name: "InvalidArgument" });
    });

    it("answers a repeated Complete like the first", async () => {
      const target = await create("repeated");
      const parts = [await upload(target, 1, "x")];
      const first = await complete(target, parts, { IfNoneMatch: "*" });
      const second = await complete(target, parts, { IfNoneMatch: "*" });
      expect(second.ETag).toBe(first.ETag);
    });

    it("knows no upload any more when other parts are to complete it again", async () => {
      const target = await create("completed");
      await complete(target, [await upload(target, 1, "x")]);
      const others = [{ PartNumber: 1, ETag: '"0cc175b9c0f1b6a831c399e269772661"' }];
      await expect(complete(target, others)).rejects.toMatchObject({ name: "NoSuchUpload" });
    });

    it("does not overwrite under If-None-Match", async () => {
      const [one, two] = [await create("once"), await create("once")];
      await complete(one, [await upload(one, 1, "first")], { IfNoneMatch: "*" });
      const parts = [await upload(two, 1, "second")];
      await expect(complete(two, parts, { IfNoneMatch: "*" })).rejects.toMatchObject({
        name: "PreconditionFailed",
      });
      const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: "once" }));
      expect(ContentLength).toBe("first".length);
    });

    it("forgets an aborted upload", async () => {
      const target = await create("aborted");
      await upload(target, 1, "x");
      await client.send(new AbortMultipartUploadCommand(target));
      const gone = { name: "NoSuchUpload" };
      await expect(upload(target, 2, "x")).rejects.toMatchObject(gone);
      await expect(client.send(new AbortMultipartUploadCommand(target))).rejects.toMatchObject(gone);
      await expect(client.send(new ListPartsCommand(target))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 404 },
      });
    });

    it("answers ListParts of what is no upload of the key with NoSuchUpload", async () => {
      const target = await create("one key");
      const gone = { name: "NoSuchUpload" };
      await expect(client.send(new ListPartsCommand({ ...target, Key: "other" }))).rejects.toMatchObject(
        gone,
      );
      await client.send(new AbortMultipartUploadCommand(target));
      await expect(client.send(new ListPartsCommand(target))).rejects.toMatchObject(gone);
    });
  });
}
