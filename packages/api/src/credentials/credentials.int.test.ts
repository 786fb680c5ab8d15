import {
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { MiB, type CollectionAction } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi } from "../testing/open-api.ts";
import { refusedWith } from "../testing/refused-with.ts";

let api: Awaited<ReturnType<typeof openApi>>;
const alice = { id: "alice", scopes: [] };
const bob = { id: "alice2", scopes: [] }; // alice's name is a prefix of his

beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** Any S3 client, with what was issued. */
async function openClient(
  principal: typeof alice,
  input: { collection?: string; actions?: CollectionAction[] },
) {
  const issued = await api.as(principal).credentials.issue(input);
  const { accessKeyId, secretAccessKey, sessionToken, endpoint, region, address, prefix } = issued;
  const client = new S3Client({
    region,
    forcePathStyle: true,
    ...(endpoint === null ? {} : { endpoint }),
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  return { client, Bucket: address.bucket, prefix, issued, [Symbol.dispose]: () => client.destroy() };
}

const denied = expect.objectContaining({ name: "AccessDenied" }) as Error;

describe("issued credentials", () => {
  it("do in the own prefix what the rule allows, in parts too, and nothing anywhere else", async () => {
    using own = await openClient(alice, { collection: "drive" });
    using others = await openClient(bob, { collection: "drive" });
    const { client, Bucket, prefix } = own;
    expect(prefix).toBe("drive/alice/");
    const Key = `${prefix}a.txt`;
    await client.send(new PutObjectCommand({ Bucket, Key, Body: "one" }));
    await client.send(new PutObjectCommand({ Bucket, Key, Body: "two" })); // a drive's files may be replaced
    expect(await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe(
      "two",
    );
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: `${prefix}b` }));
    const part = { Bucket, Key: `${prefix}b`, UploadId, PartNumber: 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: Buffer.alloc(MiB) }));
    await client.send(
      new CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] } }),
    );
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
    expect(Contents.map((object) => object.Key)).toEqual([Key, `${prefix}b`]);

    for (const key of [Key, "drive/alice", "files/alice/a", "drive/b"]) {
      const there = { Bucket, Key: key };
      await expect(others.client.send(new PutObjectCommand({ ...there, Body: "" }))).rejects.toEqual(denied);
      await expect(others.client.send(new GetObjectCommand(there))).rejects.toEqual(denied);
      await expect(others.client.send(new DeleteObjectCommand(there))).rejects.toEqual(denied);
    }
    for (const Prefix of [prefix, "drive/", "drive/alice", undefined]) {
      await expect(others.client.send(new ListObjectsV2Command({ Bucket, Prefix }))).rejects.toEqual(denied);
    }
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  });

  it("replace nothing where nothing may be replaced", async () => {
    using own = await openClient(alice, { collection: "files" });
    const there = { Bucket: own.Bucket, Key: `${own.prefix}once`, Body: "x" };
    await expect(own.client.send(new PutObjectCommand(there))).rejects.toEqual(denied);
    await own.client.send(new PutObjectCommand({ ...there, IfNoneMatch: "*" }));
    await expect(own.client.send(new PutObjectCommand({ ...there, IfNoneMatch: "*" }))).rejects.toMatchObject(
      {
        name: "PreconditionFailed",
      },
    );
  });

  it("are for no more than was asked", async () => {
    using own = await openClient(alice, { collection: "drive", actions: ["read"] });
    const there = { Bucket: own.Bucket, Key: `${own.prefix}a` };
    await expect(own.client.send(new PutObjectCommand({ ...there, Body: "" }))).rejects.toEqual(denied);
    await expect(own.client.send(new DeleteObjectCommand(there))).rejects.toEqual(denied);
  });

  it("are given by collections that offer them, to those who may do something there", async () => {
    const issue = (input: { collection: string }) => api.as(alice).credentials.issue(input);
    await expect(issue({ collection: "avatars" })).rejects.toEqual(refusedWith("ROUTE_UNAVAILABLE"));
    await expect(issue({ collection: "nope" })).rejects.toEqual(refusedWith("COLLECTION_NOT_FOUND"));
    await expect(api.as(undefined).credentials.issue({})).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
  });

  it.each([60, 400])(
    "are not given to whom %d letters that no key has name, and that is said",
    async (letters) => {
      const named = api.as({ id: "☂".repeat(letters), scopes: [] });
      await expect(named.credentials.issue({ collection: "drive" })).rejects.toEqual(
        refusedWith("ROUTE_UNAVAILABLE"),
      );
    },
  );

  it("end when they say", async () => {
    const { expiresAt, now } = await api.as(alice).credentials.issue({ collection: "drive", expiresIn: 900 });
    const seconds = (Date.parse(expiresAt) - Date.parse(now)) / 1000;
    expect(seconds).toBeGreaterThan(880);
    expect(seconds).toBeLessThanOrEqual(901);
  });
});
