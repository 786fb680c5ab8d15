import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
  type UploadPartCopyCommandInput,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256Base64 } from "../../testing/multipart-object.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient } from "../../testing/s3-under-test.ts";

const Bucket = "test-bucket";
const SOURCE = "0123456789";

let s3: StandIn;
let client: S3Client;

beforeEach(async () => {
  s3 = await openStandIn();
  client = createClient(s3);
  await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: SOURCE }));
});
afterEach(async () => {
  client.destroy();
  await s3.close();
});

const blobs = (): Promise<string[]> => readdir(join(s3.dataDir, "blobs"));
const begin = async (input: Partial<CreateMultipartUploadCommandInput> = {}) => {
  const target = { Bucket, Key: "target" };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ...input }));
  return { ...target, UploadId };
};
type Target = Awaited<ReturnType<typeof begin>>;
const copyPart = (target: Target, input: Partial<UploadPartCopyCommandInput> = {}) =>
  client.send(
    new UploadPartCopyCommand({ ...target, PartNumber: 1, CopySource: `${Bucket}/source`, ...input }),
  );

describe("a part that is copied", () => {
  it("takes no room, and gives back the room of what it shared when it goes", async () => {
    const target = await begin();
    await copyPart(target, { CopySourceRange: "bytes=2-4" });
    await copyPart(target, { PartNumber: 2 });
    expect(await blobs()).toHaveLength(1);
    await client.send(new DeleteObjectCommand({ Bucket, Key: "source" }));
    expect(await blobs()).toHaveLength(1);
    await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "other" }));
    await copyPart(target, { PartNumber: 2 });
    expect(await blobs()).toHaveLength(2);
    await client.send(new AbortMultipartUploadCommand(target));
    expect(await blobs()).toHaveLength(1);
  });

  it("keeps the source's bytes when its upload is aborted", async () => {
    const target = await begin();
    await copyPart(target);
    await client.send(new AbortMultipartUploadCommand(target));
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "source" }));
    expect(await Body?.transformToString()).toBe(SOURCE);
  });

  it("has the checksum that the upload names, also in a list of parts", async () => {
    const target = await begin({ ChecksumAlgorithm: "SHA256" });
    const { CopyPartResult } = await copyPart(target, { CopySourceRange: "bytes=3-5" });
    const ChecksumSHA256 = sha256Base64("345");
    const ETag = `"${createHash("md5").update("345").digest("hex")}"`;
    expect(CopyPartResult).toMatchObject({ ChecksumSHA256, ETag });
    const { Parts } = await client.send(new ListPartsCommand(target));
    expect(Parts).toMatchObject([{ PartNumber: 1, Size: 3, ChecksumSHA256, ETag }]);
  });

  it("tells no checksum that nobody asked for", async () => {
    const { CopyPartResult } = await copyPart(await begin());
    expect(Object.keys(CopyPartResult ?? {}).toSorted()).toEqual(["ETag", "LastModified"]);
  });

  it("comes of the version that is named", async () => {
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "old" }));
    await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "new" }));
    const target = await begin();
    const CopySource = `${Bucket}/source?versionId=${VersionId}`;
    const { CopyPartResult, CopySourceVersionId } = await copyPart(target, { CopySource });
    expect(CopyPartResult?.ETag).toBe(`"${createHash("md5").update("old").digest("hex")}"`);
    expect(CopySourceVersionId).toBe(VersionId);
  });

  it("is made of the right bytes, copy of copy of copy", async () => {
    const piece = fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 4 }), async (pieces) => {
        let expected = SOURCE;
        let from = "source";
        for (const [index, [first, length]] of pieces.entries()) {
          const start = first % expected.length;
          const last = Math.min(start + length, expected.length - 1);
          const target = await begin({ Key: `copy-${index}` });
          const named = { ...target, Key: `copy-${index}` };
          const CopySourceRange = `bytes=${start}-${last}`;
          const input = { CopySource: `${Bucket}/${from}`, CopySourceRange };
          const { CopyPartResult } = await copyPart(named, input);
          const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
          await client.send(new CompleteMultipartUploadCommand({ ...named, MultipartUpload: { Parts } }));
          expected = expected.slice(start, last + 1);
          from = named.Key;
        }
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: from }));
        expect(await Body?.transformToString()).toBe(expected);
        expect(await blobs()).toHaveLength(1);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a copy of a part is refused", () => {
  const form =
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy";

  it.each([
    ["0-8", "InvalidArgument", form],
    ["bytes=1-0", "InvalidArgument", form],
    ["bytes=1-", "InvalidArgument", form],
    ["bytes=-2", "InvalidArgument", form],
    ["bytes=0-1,3-4", "InvalidArgument", form],
    ["bytes=0-10", "InvalidArgument", "Range specified is not valid for source object of size: 10"],
    ["bytes=10-20", "InvalidRequest", "The specified copy range is invalid for the source object size"],
  ])("for the range %s with %s", async (CopySourceRange, name, message) => {
    await expect(copyPart(await begin(), { CopySourceRange })).rejects.toMatchObject({ name, message });
  });

  it.each([
    [{ CopySourceIfMatch: '"other"' }, "x-amz-copy-source-If-Match"],
    [{ CopySourceIfNoneMatch: "*" }, "x-amz-copy-source-If-None-Match"],
    [{ CopySourceIfUnmodifiedSince: new Date(0) }, "x-amz-copy-source-If-Unmodified-Since"],
  ])("under %j, naming the condition", async (input, Condition) => {
    await expect(copyPart(await begin(), input)).rejects.toMatchObject({
      name: "PreconditionFailed",
      Condition,
    });
  });

  it("when the source has not changed since, unless that is yet to come", async () => {
    const { LastModified } = await client.send(new HeadObjectCommand({ Bucket, Key: "source" }));
    await expect(copyPart(await begin(), { CopySourceIfModifiedSince: LastModified })).rejects.toMatchObject({
      Condition: "x-amz-copy-source-If-Modified-Since",
    });
    await copyPart(await begin(), { CopySourceIfModifiedSince: new Date(Date.now() + 3_600_000) });
  });

  it("when another account should own the source", async () => {
    await expect(
      copyPart(await begin(), { ExpectedSourceBucketOwner: "111111111111" }),
    ).rejects.toMatchObject({ name: "AccessDenied" });
    await copyPart(await begin(), { ExpectedSourceBucketOwner: "000000000000" });
  });
});
