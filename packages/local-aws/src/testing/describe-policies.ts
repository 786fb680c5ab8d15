import {
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it } from "vitest";
import type { S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

export function describePolicies(open: () => Promise<S3UnderTest>): void {
  describe("the policy of a bucket", () => {
    let s3: S3UnderTest;
    let client: S3Client;
    let Bucket: string;

    useS3(open, async (opened) => {
      ({ s3, client, Bucket } = opened);
      for (const Key of ["open/k", "closed/k"]) {
        await client.send(new PutObjectCommand({ Bucket, Key, Body: "bytes" }));
      }
    });
    afterEach(async () => {
      await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
      await client.send(new DeleteBucketPolicyCommand({ Bucket }));
    });

    const policy = (statement: object): string =>
      JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const readOpen = (): string =>
      policy({
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${Bucket}/open/*`,
      });
    const putPolicy = (Policy: string) => client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const anonymous = async (path: string, init: RequestInit = {}): Promise<number> =>
      (await fetch(`${s3.endpoint}/${Bucket}${path}`, init)).status;

    it("is given back as it was put, until it is deleted", async () => {
      const none = { name: "NoSuchBucketPolicy", $metadata: { httpStatusCode: 404 } };
      const get = () => client.send(new GetBucketPolicyCommand({ Bucket }));
      await expect(get()).rejects.toMatchObject(none);
      const { $metadata } = await putPolicy(readOpen());
      expect($metadata.httpStatusCode).toBe(204);
      expect((await get()).Policy).toBe(readOpen());
      await client.send(new DeleteBucketPolicyCommand({ Bucket }));
      await expect(get()).rejects.toMatchObject(none);
    });

    it("lets anybody do what it allows to all, and nothing else", async () => {
      expect(await anonymous("/open/k")).toBe(403);
      await putPolicy(readOpen());
      expect(await anonymous("/open/k")).toBe(200);
      expect(await anonymous("/open/k", { method: "HEAD" })).toBe(200);
      expect(await anonymous("/closed/k")).toBe(403);
      expect(await anonymous("/open/missing")).toBe(403); // who may not list is not told
      expect(await anonymous("?list-type=2")).toBe(403);
      expect(await anonymous("/open/k", { method: "PUT", body: new Uint8Array([1]) })).toBe(403);
      expect(await anonymous("/open/k", { method: "DELETE" })).toBe(403);
    });

    it("tells whether it is for the public", async () => {
      const isPublic = async (): Promise<boolean | undefined> => {
        const { PolicyStatus } = await client.send(new GetBucketPolicyStatusCommand({ Bucket }));
        return PolicyStatus?.IsPublic;
      };
      await putPolicy(readOpen());
      expect(await isPublic()).toBe(true);
      await putPolicy(
        policy({
          Effect: "Deny",
          Principal: "*",
          Action: "s3:DeleteObject",
          Resource: `arn:aws:s3:::${Bucket}/*`,
        }),
      );
      expect(await isPublic()).toBe(false);
    });

    it("may not be for the public where a block forbids it, and has no effect where it is", async () => {
      const block = (setting: "BlockPublicPolicy" | "RestrictPublicBuckets") =>
        client.send(
          new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { [setting]: true } }),
        );
      const get = () => client.send(new GetPublicAccessBlockCommand({ Bucket }));
      await expect(get()).rejects.toMatchObject({ name: "NoSuchPublicAccessBlockConfiguration" });
      await putPolicy(readOpen());
      await block("RestrictPublicBuckets");
      expect((await get()).PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: false,
        IgnorePublicAcls: false,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: true,
      });
      expect(await anonymous("/open/k")).toBe(403);
      await block("BlockPublicPolicy");
      expect(await anonymous("/open/k")).toBe(200); // the block before is gone
      await expect(putPolicy(readOpen())).rejects.toMatchObject({ name: "AccessDenied" });
    });

    it("denies the owner too, but never what takes it away again", async () => {
      const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
      const get = () => client.send(new GetObjectCommand({ Bucket, Key: "open/k" }));
      const deny = policy({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource });
      await putPolicy(deny);
      await expect(get()).rejects.toMatchObject({ name: "AccessDenied" });
      expect((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(deny);
      await putPolicy(readOpen());
      await get();
      await putPolicy(deny);
      await client.send(new DeleteBucketPolicyCommand({ Bucket }));
      await get();
    });

    it("is refused when it cannot be read, and the one before stays", async () => {
      await putPolicy(readOpen());
      await expect(putPolicy("{")).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
      expect((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(readOpen());
    });
  });
}
