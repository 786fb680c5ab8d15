import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

export function describeBuckets(open: () => Promise<S3UnderTest>): void {
  describe("buckets", () => {
    let client: S3Client;
    let Bucket: string;

    useS3(open, (opened) => {
      ({ client, Bucket } = opened);
    });

    const make = async (name: string): Promise<{ Bucket: string }> => {
      const target = { Bucket: `${Bucket}-${name}` };
      await client.send(new CreateBucketCommand(target));
      return target;
    };
    const remove = (target: { Bucket: string }) => client.send(new DeleteBucketCommand(target));

    it("are made, listed and found by their names", async () => {
      const target = await make("other");
      await client.send(new HeadBucketCommand(target));
      const { Buckets } = await client.send(new ListBucketsCommand({}));
      expect(Buckets?.map(({ Name }) => Name)).toEqual(expect.arrayContaining([Bucket, target.Bucket]));
      await remove(target);
    });

    it("have names in small letters", async () => {
      await expect(client.send(new CreateBucketCommand({ Bucket: "Not.Valid" }))).rejects.toMatchObject({
        name: "InvalidBucketName",
      });
    });

    it("are deleted when they are empty, and can be made again", async () => {
      const target = await make("deleted");
      const { $metadata } = await remove(target);
      expect($metadata.httpStatusCode).toBe(204);
      await expect(client.send(new HeadBucketCommand(target))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 404 },
      });
      await expect(remove(target)).rejects.toMatchObject({ name: "NoSuchBucket" });
      await make("deleted");
      await remove(target);
    });

    it("stay while there is an object in them", async () => {
      const target = await make("full");
      await client.send(new PutObjectCommand({ ...target, Key: "k", Body: "bytes" }));
      await expect(remove(target)).rejects.toMatchObject({ name: "BucketNotEmpty" });
      await client.send(new DeleteObjectCommand({ ...target, Key: "k" }));
      await remove(target);
    });

    it("stay while there is any version in them, be it a delete marker", async () => {
      const target = await make("versions");
      await client.send(
        new PutBucketVersioningCommand({ ...target, VersioningConfiguration: { Status: "Enabled" } }),
      );
      const { VersionId } = await client.send(new DeleteObjectCommand({ ...target, Key: "k" }));
      await expect(remove(target)).rejects.toMatchObject({ name: "BucketNotEmpty" });
      await client.send(new DeleteObjectCommand({ ...target, Key: "k", VersionId }));
      await remove(target);
    });

    it("go with their unfinished uploads", async () => {
      const target = await make("uploads");
      await client.send(new CreateMultipartUploadCommand({ ...target, Key: "k" }));
      const { $metadata } = await remove(target);
      expect($metadata.httpStatusCode).toBe(204);
    });

    it("belong with all that is in them to their owner", async () => {
      await client.send(new PutObjectCommand({ Bucket, Key: "owned", Body: "bytes" }));
      const { Owner, Grants } = await client.send(new GetBucketAclCommand({ Bucket }));
      expect(Grants).toMatchObject([
        { Grantee: { ID: Owner?.ID, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" },
      ]);
      const ofObject = await client.send(new GetObjectAclCommand({ Bucket, Key: "owned" }));
      expect(ofObject).toMatchObject({ Owner, Grants });
    });
  });
}
