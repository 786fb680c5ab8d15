import { createHash } from "node:crypto";
import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  type CompletedPart,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { sha256Base64 } from "./multipart-object.ts";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

const MIN_PART = Buffer.alloc(5 * 1024 ** 2, "c");
const CRC_BYTES = { CRC64NVME: 8, CRC32: 4, CRC32C: 4 } as const;
const CRCS = Object.keys(CRC_BYTES) as (keyof typeof CRC_BYTES)[];

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
export function describePartChecksums(open: () => Promise<S3UnderTest>): void {
  describe("checksums of uploads", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ client, Bucket } = opened);
    });

    const create = async (Key: string, input: Partial<CreateMultipartUploadCommandInput>) => {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }));
      return { Bucket, Key, UploadId };
    };
    type Target = Awaited<ReturnType<typeof create>>;
    const upload = async (
      target: Target,
      PartNumber: number,
      input: Partial<UploadPartCommandInput>,
    ): Promise<CompletedPart> => {
      const { $metadata: _, ...part } = await client.send(
        new UploadPartCommand({ ...target, PartNumber, ...input }),
      );
      return { PartNumber, ...part };
    };
    const complete = (
      target: Target,
      Parts: CompletedPart[],
      input: Partial<CompleteMultipartUploadCommandInput> = {},
    ) => client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...input }));
    const bare = ({ PartNumber, ETag }: CompletedPart): CompletedPart => ({ PartNumber, ETag });
    const createFull = (Key: string, ChecksumAlgorithm: ChecksumAlgorithm): Promise<Target> =>
      create(Key, { ChecksumAlgorithm, ChecksumType: "FULL_OBJECT" });

    it.each(CRCS)("in %s are combined into that of the object", async (algorithm) => {
      const member = `Checksum${algorithm}`;
      const whole = await client.send(
        new PutObjectCommand({
          Bucket,
          Key: "whole",
          Body: Buffer.concat([MIN_PART, Buffer.from("tail")]),
          ChecksumAlgorithm: algorithm,
        }),
      );
      const expected = Object.entries(whole).find(([name]) => name === member)?.[1];
      const target = await createFull(`full ${algorithm}`, algorithm);
      await upload(target, 1, { Body: MIN_PART }); // computed by the store
      await upload(target, 2, { Body: "tail", ChecksumAlgorithm: algorithm });
      const { Parts = [] } = await client.send(new ListPartsCommand(target));
      expect(Parts.every((part) => Object.keys(part).includes(member))).toBe(true);
      const done = await complete(target, Parts.map(bare), {
        ChecksumType: "FULL_OBJECT",
        [member]: expected,
      });
      expect(done).toMatchObject({ [member]: expected, ChecksumType: "FULL_OBJECT" });
    });

    it.each(CRCS)("in %s are held against that which the client expects of the object", async (algorithm) => {
      const target = await createFull(`wrong ${algorithm}`, algorithm);
      const part = await upload(target, 1, { Body: "x", ChecksumAlgorithm: algorithm });
      const wrong = Buffer.alloc(CRC_BYTES[algorithm]).toString("base64");
      await expect(complete(target, [part], { [`Checksum${algorithm}`]: wrong })).rejects.toMatchObject({
        name: "BadDigest",
      });
    });

    it("in SHA256 make a composite one", async () => {
      const target = await create("composite", { ChecksumAlgorithm: "SHA256" });
      const parts = [
        await upload(target, 1, { Body: MIN_PART, ChecksumAlgorithm: "SHA256" }),
        await upload(target, 2, { Body: "tail", ChecksumAlgorithm: "SHA256" }),
      ];
      const digests = parts.map(({ ChecksumSHA256 = "" }) => Buffer.from(ChecksumSHA256, "base64"));
      const done = await complete(target, parts);
      expect(done.ChecksumSHA256).toBe(
        `${createHash("sha256").update(Buffer.concat(digests)).digest("base64")}-2`,
      );
    });

    it("that make a composite one come with each part", async () => {
      const target = await create("without", { ChecksumAlgorithm: "SHA256" });
      await expect(upload(target, 1, { Body: "x" })).rejects.toMatchObject({ name: "InvalidRequest" });
    });

    it("that make a composite one are named again to complete the upload", async () => {
      const target = await create("unnamed", { ChecksumAlgorithm: "SHA256" });
      const part = await upload(target, 1, { Body: "x", ChecksumAlgorithm: "SHA256" });
      await expect(complete(target, [bare(part)])).rejects.toMatchObject({ name: "InvalidRequest" });
      const wrong = { ...part, ChecksumSHA256: sha256Base64("y") };
      await expect(complete(target, [wrong])).rejects.toMatchObject({ name: "InvalidPart" });
    });

    it.each([
      ["CRC64NVME", "COMPOSITE"],
      ["SHA1", "FULL_OBJECT"],
      ["SHA256", "FULL_OBJECT"],
    ] as const)("in %s cannot be of the type %s", async (ChecksumAlgorithm, ChecksumType) => {
      await expect(create("types", { ChecksumAlgorithm, ChecksumType })).rejects.toMatchObject({
        name: "InvalidRequest",
      });
    });

    it("are all in the algorithm of the upload", async () => {
      const target = await createFull("mixed", "CRC64NVME");
      await expect(upload(target, 1, { Body: "x", ChecksumAlgorithm: "CRC32" })).rejects.toMatchObject({
        name: "InvalidRequest",
      });
    });
  });
}
