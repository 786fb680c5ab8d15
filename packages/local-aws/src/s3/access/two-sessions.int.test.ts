import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assumeRole } from "../../testing/assume-role.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient } from "../../testing/s3-under-test.ts";

const Bucket = "test-bucket";
const ETag = '"d41d8cd98f00b204e9800998ecf8427e"';

/** All that a client needs which works with files of its own: the policy of each session, for its prefix. */
function ownPrefix(prefix: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:*Object", "s3:*ObjectTagging", "s3:GetObjectAttributes", "s3:*Multipart*"],
        Resource: `arn:aws:s3:::${Bucket}/${prefix}*`,
      },
      {
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:ListBucketVersions"],
        Resource: `arn:aws:s3:::${Bucket}`,
        Condition: { StringLike: { "s3:prefix": `${prefix}*` } },
      },
    ],
  });
}

let s3: StandIn;
let account: S3Client;
let red: S3Client;
/** An upload of the other session's. */
let uploadId = "";

beforeAll(async () => {
  s3 = await openStandIn();
  account = createClient(s3);
  const open = async (prefix: string): Promise<S3Client> =>
    createClient({ ...s3, credentials: (await assumeRole(s3, { Policy: ownPrefix(prefix) })).credentials });
  red = await open("red/");
  const blue = await open("blue/");
  await blue.send(new PutObjectCommand({ Bucket, Key: "blue/k", Body: "secret", Tagging: "a=b" }));
  const upload = await blue.send(new CreateMultipartUploadCommand({ Bucket, Key: "blue/upload" }));
  uploadId = upload.UploadId ?? "";
  await blue.send(
    new UploadPartCommand({ Bucket, Key: "blue/upload", UploadId: uploadId, PartNumber: 1, Body: "part" }),
  );
  await red.send(new PutObjectCommand({ Bucket, Key: "red/k", Body: "mine" }));
  blue.destroy();
});
afterAll(async () => {
  red.destroy();
  account.destroy();
  await s3.close();
});

type Attempt = (Key: string) => Promise<unknown>;
const own = "red/k";
const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
const Tagging = { TagSet: [{ Key: "a", Value: "c" }] };
const upload = (Key: string) => ({ Bucket, Key, UploadId: uploadId });

/** Each of them with a key of the other session's. */
const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  read: (Key) => red.send(new GetObjectCommand({ Bucket, Key })),
  readAttributes: (Key) =>
    red.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ["ETag"] })),
  readTags: (Key) => red.send(new GetObjectTaggingCommand({ Bucket, Key })),
  write: (Key) => red.send(new PutObjectCommand({ Bucket, Key, Body: "x" })),
  writeTags: (Key) => red.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging })),
  deleteTags: (Key) => red.send(new DeleteObjectTaggingCommand({ Bucket, Key })),
  delete: (Key) => red.send(new DeleteObjectCommand({ Bucket, Key })),
  deleteMany: async (Key) => {
    const Delete = { Objects: [{ Key }] };
    const { Deleted, Errors } = await red.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(Deleted).toBeUndefined();
    throw Object.assign(new Error(), { name: Errors?.[0]?.Code });
  },
  copyFrom: (Key) =>
    red.send(new CopyObjectCommand({ Bucket, Key: own, CopySource: `${Bucket}/${encodeURIComponent(Key)}` })),
  copyTo: (Key) => red.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${own}` })),
  copyPartFrom: async (Key) => {
    const mine = await red.send(new CreateMultipartUploadCommand({ Bucket, Key: "red/parts" }));
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
    const named = { Bucket, Key: "red/parts", UploadId: mine.UploadId };
    await red.send(new UploadPartCopyCommand({ ...named, PartNumber: 1, CopySource }));
  },
  beginUpload: (Key) => red.send(new CreateMultipartUploadCommand({ Bucket, Key })),
  uploadPart: (Key) => red.send(new UploadPartCommand({ ...upload(Key), PartNumber: 1, Body: "x" })),
  listParts: (Key) => red.send(new ListPartsCommand(upload(Key))),
  complete: (Key) => red.send(new CompleteMultipartUploadCommand({ ...upload(Key), MultipartUpload })),
  abort: (Key) => red.send(new AbortMultipartUploadCommand(upload(Key))),
  list: (Prefix) => red.send(new ListObjectsV2Command({ Bucket, Prefix })),
  listOld: (Prefix) => red.send(new ListObjectsCommand({ Bucket, Prefix })),
  listVersions: (Prefix) => red.send(new ListObjectVersionsCommand({ Bucket, Prefix })),
  listUploads: (Prefix) => red.send(new ListMultipartUploadsCommand({ Bucket, Prefix })),
};

/** Keys that are not the session's own, though some look as if they could become so. */
const foreignKey = fc.oneof(
  fc.constantFrom("blue/k", "blue/upload", "k", "red", "Red/k", "/red/k", "blue/../red/k", "%72ed/k", "*"),
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 }).map((text) => `blue/${text}`),
);

describe("a session that is bound to a prefix", () => {
  it("can do nothing with anybody else's", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(ATTEMPTS)), foreignKey, async (name, key) => {
        const attempt = ATTEMPTS[name];
        await expect(attempt?.(key)).rejects.toMatchObject({ name: "AccessDenied" });
      }),
      { numRuns: 300 },
    );
    const found = await account.send(new GetObjectCommand({ Bucket, Key: "blue/k" }));
    expect(await found.Body?.transformToString()).toBe("secret");
    const parts = await account.send(new ListPartsCommand(upload("blue/upload")));
    expect(parts.Parts?.map(({ Size }) => Size)).toEqual([4]);
    const keys = await account.send(new ListObjectsV2Command({ Bucket }));
    expect(keys.Contents?.map(({ Key }) => Key)).toEqual(["blue/k", own]);
  });

  it("signs no URL that can, and none of its own becomes one", async () => {
    const sign: Readonly<Record<string, (Key: string) => Promise<string>>> = {
      GET: (Key) => getSignedUrl(red, new GetObjectCommand({ Bucket, Key })),
      HEAD: (Key) => getSignedUrl(red, new HeadObjectCommand({ Bucket, Key })),
      PUT: (Key) => getSignedUrl(red, new PutObjectCommand({ Bucket, Key })),
      DELETE: (Key) => getSignedUrl(red, new DeleteObjectCommand({ Bucket, Key })),
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.entries(sign)),
        foreignKey,
        async ([method, signUrl], key) => {
          // `fetch` takes dots out of the path, and then the signature is wrong: 403 as well.
          expect((await fetch(await signUrl(key), { method })).status).toBe(403);
        },
      ),
    );
    const url = await getSignedUrl(red, new GetObjectCommand({ Bucket, Key: own }));
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.replace("red/k", "blue/k"))).status).toBe(403);
  });

  it("can do with its own all that it needs", async () => {
    const Key = "red/whole";
    const { UploadId } = await red.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = await red.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "x" }));
    await red.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    await red.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [{ ETag: part.ETag, PartNumber: 1 }] },
      }),
    );
    await red.send(new CopyObjectCommand({ Bucket, Key: "red/copy", CopySource: `${Bucket}/${Key}` }));
    const { Contents } = await red.send(new ListObjectsV2Command({ Bucket, Prefix: "red/" }));
    expect(Contents?.map((object) => object.Key)).toEqual(["red/copy", own, Key]);
    const Objects = [{ Key }, { Key: "red/copy" }];
    const { Deleted } = await red.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toHaveLength(2);
  });
});
