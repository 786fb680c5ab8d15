import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient } from "../../testing/s3-under-test.ts";
import { VersionModel } from "../../testing/version-model.ts";

const KEYS = ["a", "a/b"] as const;

let s3: StandIn;
let client: S3Client;
let buckets = 0;
let writes = 0;

beforeAll(async () => {
  s3 = await openStandIn();
  client = createClient(s3);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

interface World {
  Bucket: string;
  model: VersionModel;
  /** Begun, in the order of their Create. */
  uploads: { Key: string; UploadId: string | undefined; order: number }[];
}

type Step = (world: World) => Promise<void>;

const key = fc.constantFrom(...KEYS);
/** Mostly the newest. */
const pick = fc.constantFrom(0, 0, 0, 1, 2);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: key.map((Key) => put(Key)) },
  { weight: 2, arbitrary: key.map((Key) => remove(Key)) },
  { weight: 2, arbitrary: fc.tuple(key, pick).map(([Key, index]) => removeVersion(Key, index)) },
  { weight: 4, arbitrary: fc.tuple(key, pick, key).map(([from, index, Key]) => copy(from, index, Key)) },
  { weight: 1, arbitrary: fc.constantFrom("Enabled", "Suspended").map((status) => setStatus(status)) },
  { weight: 2, arbitrary: key.map((Key) => beginUpload(Key)) },
  { weight: 2, arbitrary: pick.map((index) => completeUpload(index)) },
);

function put(Key: string): Step {
  return async ({ Bucket, model }) => {
    const body = nextBody();
    const { VersionId: id } = await client.send(new PutObjectCommand({ Bucket, Key, Body: body }));
    model.put(Key, { id, body });
  };
}

function remove(Key: string): Step {
  return async ({ Bucket, model }) => {
    const { VersionId } = await client.send(new DeleteObjectCommand({ Bucket, Key }));
    model.delete(Key, VersionId);
  };
}

function removeVersion(Key: string, index: number): Step {
  return async ({ Bucket, model }) => {
    const id = model.versions(Key)[index]?.id;
    if (id === undefined) return;
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: id }));
    model.deleteVersion(Key, id);
  };
}

function copy(from: string, index: number, Key: string): Step {
  return async ({ Bucket, model }) => {
    const source = model.versions(from)[index];
    if (source?.body === undefined) return;
    const CopySource = `${Bucket}/${encodeURIComponent(from)}?versionId=${source.id}`;
    const { VersionId: id } = await client.send(new CopyObjectCommand({ Bucket, Key, CopySource }));
    model.put(Key, { id, body: source.body });
  };
}

function setStatus(Status: "Enabled" | "Suspended"): Step {
  return async ({ Bucket, model }) => {
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    model.status = Status;
  };
}

function beginUpload(Key: string): Step {
  return async ({ Bucket, model, uploads }) => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    uploads.push({ Key, UploadId, order: model.takeOrder() });
  };
}

function completeUpload(index: number): Step {
  return async ({ Bucket, model, uploads }) => {
    const [upload] = uploads.splice(index, 1);
    if (upload === undefined) return;
    const { Key, UploadId, order } = upload;
    const body = nextBody();
    const target = { Bucket, Key, UploadId };
    const { ETag } = await client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: body }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const { VersionId: id } = await client.send(
      new CompleteMultipartUploadCommand({ ...target, MultipartUpload }),
    );
    model.put(Key, { id, body, order });
  };
}

/** No two are alike. */
function nextBody(): string {
  writes += 1;
  return `body ${writes}`;
}

async function read(Bucket: string, Key: string, VersionId?: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}

async function expectSameVersions({ Bucket, model }: World): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  for (const Key of KEYS) {
    const wanted = model.versions(Key).map(({ id, body }, index) => ({ id, IsLatest: index === 0, body }));
    const ofKey = <T extends { Key?: string | undefined }>(entries: T[]): T[] =>
      entries.filter((entry) => entry.Key === Key);
    expect(ofKey(Versions).map(({ VersionId: id, IsLatest }) => ({ id, IsLatest }))).toEqual(
      wanted.filter(({ body }) => body !== undefined).map(({ id, IsLatest }) => ({ id, IsLatest })),
    );
    expect(ofKey(DeleteMarkers).map(({ VersionId: id, IsLatest }) => ({ id, IsLatest }))).toEqual(
      wanted.filter(({ body }) => body === undefined).map(({ id, IsLatest }) => ({ id, IsLatest })),
    );
    for (const { id, body } of wanted) {
      if (body !== undefined) expect(await read(Bucket, Key, id)).toBe(body);
    }
  }
}

async function expectSameObjects({ Bucket, model }: World): Promise<void> {
  const visible = KEYS.filter((Key) => model.current(Key)?.body !== undefined);
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual(visible);
  for (const Key of visible) expect(await read(Bucket, Key)).toBe(model.current(Key)?.body);
}

it("whatever is written and deleted, S3 keeps the versions that its guide says, and no bytes beside them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30, size: "max" }), async (steps) => {
      buckets += 1;
      const world: World = { Bucket: `history-${buckets}`, model: new VersionModel(), uploads: [] };
      const { Bucket, model } = world;
      await client.send(new CreateBucketCommand({ Bucket }));
      for (const run of steps) await run(world);
      await expectSameVersions(world);
      await expectSameObjects(world);
      for (const Key of KEYS) {
        while (model.current(Key) !== undefined) await removeVersion(Key, 0)(world);
      }
      await client.send(new DeleteBucketCommand({ Bucket }));
      expect(await readdir(join(s3.dataDir, "blobs"))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
