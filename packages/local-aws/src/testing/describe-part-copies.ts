import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type UploadPartCopyCommandInput,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { uploadInParts } from "./multipart-object.ts";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const MiB = 1024 ** 2;
/** No two places in it look alike, so that bytes from the wrong place are noticed. */
const SOURCE = Buffer.alloc(11 * MiB);
for (let offset = 0; offset < SOURCE.length; offset += 4) SOURCE.writeUInt32BE(offset, offset);

export function describePartCopies(open: () => Promise<S3UnderTest>): void {
  describe("copies of parts", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, async (opened) => {
      ({ client, Bucket } = opened);
      await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: SOURCE }));
      const bodies = [
        SOURCE.subarray(0, 5 * MiB),
        SOURCE.subarray(5 * MiB, 10 * MiB),
        SOURCE.subarray(10 * MiB),
      ];
      await uploadInParts(client, { Bucket, Key: "source in parts", bodies });
    });

    const create = async (Key: string) => {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      return { Bucket, Key, UploadId };
    };
    const copyPart = (input: Omit<UploadPartCopyCommandInput, "CopySource" | "Bucket">, from = "source") => {
      const CopySource = `${Bucket}/${encodeURIComponent(from)}`;
      return client.send(new UploadPartCopyCommand({ Bucket, CopySource, ...input }));
    };
    const complete = async (target: Awaited<ReturnType<typeof create>>): Promise<Buffer> => {
      const { Parts = [] } = await client.send(new ListPartsCommand(target));
      await client.send(
        new CompleteMultipartUploadCommand({
          ...target,
          MultipartUpload: { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) },
        }),
      );
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: target.Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    };
    const md5 = (bytes: Buffer): string => `"${createHash("md5").update(bytes).digest("hex")}"`;

    it.each(["source", "source in parts"])("join bytes of %s with bytes that are sent", async (from) => {
      const target = await create(`joined with ${from}`);
      const CopySourceRange = `bytes=${3 * MiB + 1}-${9 * MiB + 2}`;
      const { CopyPartResult } = await copyPart({ ...target, PartNumber: 1, CopySourceRange }, from);
      const copied = SOURCE.subarray(3 * MiB + 1, 9 * MiB + 3);
      expect(CopyPartResult).toMatchObject({ ETag: md5(copied), LastModified: expect.any(Date) });
      await client.send(new UploadPartCommand({ ...target, PartNumber: 2, Body: "tail" }));
      const bytes = await complete(target);
      expect(bytes.equals(Buffer.concat([copied, Buffer.from("tail")]))).toBe(true);
      const range = `bytes=${copied.length - 2}-${copied.length + 1}`;
      const border = await client.send(new GetObjectCommand({ Bucket, Key: target.Key, Range: range }));
      const expected = Buffer.concat([copied.subarray(-2), Buffer.from("ta")]);
      expect(expected.equals((await border.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    });

    it("take all of the source without a range", async () => {
      const target = await create("whole");
      const { CopyPartResult } = await copyPart({ ...target, PartNumber: 1 });
      expect(CopyPartResult?.ETag).toBe(md5(SOURCE));
      expect((await complete(target)).equals(SOURCE)).toBe(true);
    });

    it("live on when the source is gone, and may be copied again", async () => {
      await client.send(new PutObjectCommand({ Bucket, Key: "short-lived", Body: SOURCE }));
      const target = await create("survivor");
      const CopySourceRange = `bytes=${MiB}-${7 * MiB - 1}`;
      await copyPart({ ...target, PartNumber: 1, CopySourceRange }, "short-lived");
      await client.send(new DeleteObjectCommand({ Bucket, Key: "short-lived" }));
      expect((await complete(target)).equals(SOURCE.subarray(MiB, 7 * MiB))).toBe(true);
      const again = await create("survivor of survivor");
      await copyPart({ ...again, PartNumber: 1, CopySourceRange: "bytes=5-14" }, "survivor");
      await client.send(new DeleteObjectCommand({ Bucket, Key: "survivor" }));
      expect((await complete(again)).equals(SOURCE.subarray(MiB + 5, MiB + 15))).toBe(true);
    });

    it("take no bytes that the source does not have", async () => {
      const target = await create("beyond");
      for (const CopySourceRange of [`bytes=0-${SOURCE.length}`, "bytes=99999999-99999999"]) {
        await expect(copyPart({ ...target, PartNumber: 1, CopySourceRange })).rejects.toMatchObject({
          $metadata: {
            httpStatusCode: expect.toSatisfy((status: number) => status === 400 || status === 416),
          },
        });
      }
    });

    it("need a source and an upload that are there", async () => {
      const target = await create("missing");
      await expect(copyPart({ ...target, PartNumber: 1 }, "nothing")).rejects.toMatchObject({
        name: "NoSuchKey",
      });
      await expect(copyPart({ ...target, UploadId: "none", PartNumber: 1 })).rejects.toMatchObject({
        name: "NoSuchUpload",
      });
    });
  });
}
