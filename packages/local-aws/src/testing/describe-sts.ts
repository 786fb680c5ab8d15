import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { beforeEach, describe, expect, it } from "vitest";
import type { Credentials } from "../identity/credentials.ts";
import { allow, assumeRole } from "./assume-role.ts";
import { createClient, type S3UnderTest } from "./s3-under-test.ts";
import { useS3 } from "./use-s3.ts";

export function describeSts(open: () => Promise<S3UnderTest>): void {
  describe("sessions of AssumeRole", () => {
    let s3: S3UnderTest;
    let Bucket: string;
    let whole: S3Client;
    let scoped: S3Client;

    useS3(open, async (opened) => {
      ({ s3, Bucket } = opened);
      if (s3.sts === undefined) return;
      whole = clientOf((await assumeRole(s3)).credentials);
      scoped = clientOf((await assumeRole(s3, { Policy: own() })).credentials);
      await put(whole, "own/there");
      await put(whole, "foreign/there");
    });
    beforeEach(({ skip }) => skip(s3.sts === undefined, "the server has no STS"));

    const clientOf = (credentials: Credentials): S3Client => createClient({ ...s3, credentials });
    const put = (client: S3Client, Key: string) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    const get = (client: S3Client, Key: string) => client.send(new GetObjectCommand({ Bucket, Key }));
    const own = (): string => allow(["s3:GetObject", "s3:PutObject"], `arn:aws:s3:::${Bucket}/own/*`);

    it("may do what the role may, and last as long as was asked for", async () => {
      const { credentials, expiresAt } = await assumeRole(s3, { DurationSeconds: 1000 });
      expect((expiresAt.getTime() - Date.now()) / 1000).toBeCloseTo(1000, -2);
      await get(clientOf(credentials), "foreign/there");
    });

    it("may do no more than their own policy allows as well", async () => {
      await put(scoped, "own/new");
      await get(scoped, "own/new");
      const refused = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };
      await expect(put(scoped, "foreign/new")).rejects.toMatchObject(refused);
      await expect(get(scoped, "foreign/there")).rejects.toMatchObject(refused);
      await expect(scoped.send(new DeleteObjectCommand({ Bucket, Key: "own/new" }))).rejects.toMatchObject(
        refused,
      );
      await expect(scoped.send(new ListObjectsV2Command({ Bucket, Prefix: "own/" }))).rejects.toMatchObject(
        refused,
      );
    });

    it("are told that a key is missing only if they may list the bucket", async () => {
      await expect(get(whole, "own/missing")).rejects.toMatchObject({ name: "NoSuchKey" });
      await expect(get(scoped, "own/missing")).rejects.toMatchObject({ name: "AccessDenied" });
    });

    it("sign URLs that may do no more than they", async () => {
      const status = async (Key: string): Promise<number> =>
        (await fetch(await getSignedUrl(scoped, new GetObjectCommand({ Bucket, Key })))).status;
      expect(await status("own/there")).toBe(200);
      expect(await status("foreign/there")).toBe(403);
    });

    it("have keys that are nothing without their token", async () => {
      const { credentials } = await assumeRole(s3);
      const { sessionToken: _token, ...bare } = credentials;
      await expect(get(clientOf(bare), "own/there")).rejects.toMatchObject({ name: "InvalidAccessKeyId" });
    });

    it("are not given with a policy that cannot be read", async () => {
      await expect(assumeRole(s3, { Policy: "{" })).rejects.toMatchObject({
        name: "MalformedPolicyDocumentException",
      });
    });
  });
}
