import {
  type BucketLifecycleConfiguration,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLocalAws } from "../../create-local-aws.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { postForm, signForm } from "../../testing/post-form.ts";
import { createClient } from "../../testing/s3-under-test.ts";
import type { LifecycleRuleOptions } from "./set-lifecycle.ts";

const Bucket = "test-bucket";
let s3: StandIn;
let client: S3Client;
let now: Date;

beforeEach(async () => {
  now = new Date("2026-03-10T10:30:00Z");
  s3 = await openStandIn({ clock: () => now });
  client = createClient(s3, { systemClockOffset: now.getTime() - Date.now() });
});
afterEach(async () => {
  client.destroy();
  await s3.close();
});

type Rules = NonNullable<BucketLifecycleConfiguration["Rules"]>;
const setRules = (...Rules: Rules) =>
  client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
const put = (Key: string, input: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: "bytes", ...input }));
const head = (Key: string, input: object = {}) =>
  client.send(new HeadObjectCommand({ Bucket, Key, ...input }));
const keys = async (): Promise<(string | undefined)[]> => {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key);
};
const travel = (toTime: string): void => {
  now = new Date(toTime);
  client.config.systemClockOffset = now.getTime() - Date.now();
};
const EXPIRATION = 'expiry-date="Fri, 13 Mar 2026 00:00:00 GMT", rule-id="in two days"';
const inTwoDays = { ID: "in two days", Status: "Enabled", Expiration: { Days: 2 } } as const;

describe("an object that a rule means", () => {
  it("is told when it will go, whoever writes or reads it", async () => {
    await setRules({ ...inTwoDays, Filter: { Prefix: "tmp/" } });
    expect((await put("tmp/put")).Expiration).toBe(EXPIRATION);
    expect((await head("tmp/put")).Expiration).toBe(EXPIRATION);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "tmp/put", Range: "bytes=0-1" }));
    expect(got.Expiration).toBe(EXPIRATION);
    const fields = signForm(s3, {
      fields: { key: "tmp/form" },
      conditions: [["eq", "$key", "tmp/form"]],
      signedAt: now,
    });
    const posted = await postForm(s3, { fields });
    expect([posted.status, posted.headers["x-amz-expiration"]]).toEqual([204, EXPIRATION]);
    const CopySource = `${Bucket}/tmp/put`;
    const copied = await client.send(new CopyObjectCommand({ Bucket, Key: "tmp/copy", CopySource }));
    expect(copied.Expiration).toBe(EXPIRATION);
    const kept = await client.send(new CopyObjectCommand({ Bucket, Key: "kept", CopySource }));
    expect([kept.Expiration, (await head("kept")).Expiration]).toEqual([undefined, undefined]);

    const upload = { Bucket, Key: "tmp/upload" };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
    const part = { ...upload, UploadId, PartNumber: 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: "part" }));
    const complete = new CompleteMultipartUploadCommand({
      ...upload,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    expect((await client.send(complete)).Expiration).toBe(EXPIRATION);
    travel("2026-03-11T12:00:00Z");
    expect((await client.send(complete)).Expiration).toBe(EXPIRATION); // the answer was lost
  });

  it("is gone with its bytes when its time has come, and no other is", async () => {
    await setRules(
      { ...inTwoDays, Filter: { Prefix: "tmp/" } },
      { ID: "off", Status: "Disabled", Filter: {}, Expiration: { Days: 1 } },
    );
    for (const Key of ["tmp/a", "tmp/b", "tmp", "tmq/a", "a/tmp/"]) await put(Key);
    travel("2026-03-12T23:59:59.999Z");
    await put("tmp/new");
    expect(await s3.aws.runLifecycle()).toEqual({ abortedUploads: 0, expiredObjects: 0, removedVersions: 0 });
    travel("2026-03-13T00:00:00Z");
    s3.lines.length = 0;
    expect(await s3.aws.runLifecycle()).toEqual({ abortedUploads: 0, expiredObjects: 2, removedVersions: 0 });
    expect(await keys()).toEqual(["a/tmp/", "tmp", "tmp/new", "tmq/a"]);
    expect(await readdir(join(s3.dataDir, "blobs"))).toHaveLength(4);
    expect(s3.lines).toContain('lifecycle rule "in two days" expired "test-bucket/tmp/a"');
    await expect(head("tmp/a")).rejects.toMatchObject({ name: "NotFound" });
    expect(await s3.aws.runLifecycle()).toMatchObject({ expiredObjects: 0 });
  });

  it("goes at a date, and so do all that are written later", async () => {
    const Expiration = { Date: new Date("2026-03-11T00:00:00Z") };
    await setRules({ ID: "date", Status: "Enabled", Filter: { Prefix: "tmp/" }, Expiration });
    const DATE = 'expiry-date="Wed, 11 Mar 2026 00:00:00 GMT", rule-id="date"';
    expect((await put("tmp/a")).Expiration).toBe(DATE);
    expect(await s3.aws.runLifecycle()).toMatchObject({ expiredObjects: 0 });
    travel("2026-03-11T10:00:00Z");
    expect((await put("tmp/b")).Expiration).toBe(DATE);
    await put("kept");
    expect(await s3.aws.runLifecycle()).toMatchObject({ expiredObjects: 2 });
    expect(await keys()).toEqual(["kept"]);
  });

  it("has the tags and the size that the rule asks for", async () => {
    const tags = [
      { Key: "state", Value: "done" },
      { Key: "kind", Value: "draft" },
    ];
    await setRules(
      { ...inTwoDays, Filter: { And: { Prefix: "tmp/", Tags: tags } } },
      { ID: "small", Status: "Enabled", Filter: { ObjectSizeLessThan: 5 }, Expiration: { Days: 2 } },
      {
        ID: "large",
        Status: "Enabled",
        Filter: { And: { ObjectSizeGreaterThan: 5, ObjectSizeLessThan: 7 } },
        Expiration: { Days: 2 },
      },
    );
    const ruleOf = (expiration: string | undefined) => /rule-id="(.*)"$/.exec(expiration ?? "")?.[1];
    expect((await put("tmp/tagged", { Tagging: "state=done&kind=draft&more=1" })).Expiration).toBe(
      EXPIRATION,
    );
    expect((await put("tmp/half", { Tagging: "state=done&kind=final" })).Expiration).toBeUndefined();
    expect((await put("tagged", { Tagging: "state=done&kind=draft" })).Expiration).toBeUndefined();
    const sizes: [number, string | undefined][] = [
      [4, "small"],
      [5, undefined],
      [6, "large"],
      [7, undefined],
    ];
    for (const [size, ruleId] of sizes) {
      expect(ruleOf((await put(`size-${size}`, { Body: "x".repeat(size) })).Expiration)).toBe(ruleId);
    }
    await client.send(
      new PutObjectTaggingCommand({ Bucket, Key: "tmp/half", Tagging: { TagSet: tags.slice(0, 1) } }),
    );
    expect((await head("tmp/half")).Expiration).toBeUndefined();
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: "tmp/half", Tagging: { TagSet: tags } }));
    expect((await head("tmp/half")).Expiration).toBe(EXPIRATION);
    travel("2026-03-13T00:00:00Z");
    expect(await s3.aws.runLifecycle()).toMatchObject({ expiredObjects: 4 });
    expect(await keys()).toEqual(["size-5", "size-7", "tagged"]);
  });

  it("is told the rule with its id, however that is written", async () => {
    await setRules({ ...inTwoDays, ID: 'zwölf "%" Tage', Filter: {} });
    expect((await put("k")).Expiration).toMatch(/rule-id="zw%C3%B6lf %22%25%22 Tage"$/);
  });
});

it("a bucket is made with rules, keeps them when none are given, and loses them to an empty list", async () => {
  const open = async (lifecycle?: readonly LifecycleRuleOptions[]) => {
    await s3.aws.close();
    const aws = await createLocalAws({
      dataDir: s3.dataDir,
      clock: () => now,
      buckets: [{ name: Bucket, ...(lifecycle === undefined ? {} : { lifecycle }) }],
    });
    Object.assign(s3, { aws, endpoint: aws.endpoint });
    client.destroy();
    client = createClient(s3, { systemClockOffset: now.getTime() - Date.now() });
  };
  await open([{ id: "in two days", filter: { prefix: "tmp/" }, expirationDays: 2 }]);
  expect((await put("tmp/a")).Expiration).toBe(EXPIRATION);
  expect((await put("b")).Expiration).toBeUndefined();
  await open();
  expect((await head("tmp/a")).Expiration).toBe(EXPIRATION);
  await open([]);
  expect((await head("tmp/a")).Expiration).toBeUndefined();
  await expect(open([{ id: "never", expirationDays: 0 }])).rejects.toThrow("positive integer");
});
