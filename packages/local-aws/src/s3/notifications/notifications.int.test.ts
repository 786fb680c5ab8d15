import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  type Event,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type QueueConfiguration,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allow, assumeRole } from "../../testing/assume-role.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createSqs, readEvents, readMessages, readRecords } from "../../testing/read-queue.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";
import { xmlValue } from "../../testing/send-request.ts";
import { toPublishPolicy } from "./queue-policy.ts";

let s3: StandIn;
let client: S3Client;
let sqs: SQSClient;
let queueUrl: string;
const queueArn = "arn:aws:sqs:us-east-1:000000000000:events";

beforeAll(async () => {
  s3 = await openStandIn();
  client = createClient(s3);
  sqs = createSqs(s3);
  queueUrl = await createQueue("events");
});
afterAll(async () => {
  client.destroy();
  sqs.destroy();
  await s3.close();
});

async function createQueue(QueueName: string): Promise<string> {
  const Policy = toPublishPolicy({ queueArn: s3.aws.queueArn(QueueName), accountId: s3.aws.accountId });
  const created = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  return created.QueueUrl ?? "";
}
const configure = (Bucket: string, QueueConfigurations: QueueConfiguration[], input: object = {}) =>
  client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { QueueConfigurations },
      ...input,
    }),
  );
const filter = (prefix?: string, suffix?: string) => ({
  Filter: {
    Key: {
      FilterRules: [
        ...(prefix === undefined ? [] : [{ Name: "prefix" as const, Value: prefix }]),
        ...(suffix === undefined ? [] : [{ Name: "suffix" as const, Value: suffix }]),
      ],
    },
  },
});
const ALL: Event[] = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*"];

/** A bucket that tells the queue of everything, and whose test event was read. */
async function openBucket(Bucket: string): Promise<string> {
  await client.send(new CreateBucketCommand({ Bucket }));
  await configure(Bucket, [{ Id: "all", QueueArn: queueArn, Events: ALL }]);
  await readMessages(sqs, "events");
  return Bucket;
}

describe("a message", () => {
  it("has one record, in S3's form", async () => {
    const Bucket = await openBucket("form");
    const before = Date.now();
    const Key = "a b/ü+(1)~.txt";
    const { $metadata } = await client.send(new PutObjectCommand({ Bucket, Key, Body: "hello" }));
    const messages = await readMessages(sqs, "events");
    expect(messages).toEqual([
      {
        Records: [
          {
            eventVersion: "2.1",
            eventSource: "aws:s3",
            awsRegion: "us-east-1",
            eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
            eventName: "ObjectCreated:Put",
            userIdentity: { principalId: "000000000000" },
            requestParameters: { sourceIPAddress: "127.0.0.1" },
            responseElements: {
              "x-amz-request-id": $metadata.requestId,
              "x-amz-id-2": $metadata.extendedRequestId,
            },
            s3: {
              s3SchemaVersion: "1.0",
              configurationId: "all",
              bucket: {
                name: Bucket,
                ownerIdentity: { principalId: "000000000000" },
                arn: `arn:aws:s3:::${Bucket}`,
              },
              object: {
                key: "a+b/%C3%BC%2B%281%29%7E.txt",
                size: 5,
                eTag: "5d41402abc4b2a76b9719d911017c592",
                sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
              },
            },
          },
        ],
      },
    ]);
    const [{ eventTime } = { eventTime: "" }] = (messages[0] as { Records: { eventTime: string }[] }).Records;
    expect(Date.parse(eventTime)).toBeGreaterThanOrEqual(before);
  });

  it("names the session that did it", async () => {
    const Bucket = await openBucket("session");
    const { credentials } = await assumeRole(s3, { RoleSessionName: "ann" });
    const session = createClient(s3, { credentials });
    await session.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    const [record] = await readRecords(sqs, "events");
    expect(record).toMatchObject({
      userIdentity: { principalId: expect.stringMatching(/^AWS:AROA\w+:ann$/) },
    });
    session.destroy();
  });
});

describe("there is an event", () => {
  it("of each way to make an object, and of a removal", async () => {
    const Bucket = await openBucket("ways");
    await client.send(new PutObjectCommand({ Bucket, Key: "put", Body: "12" }));
    await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/put` }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const part = await client.send(
      new UploadPartCommand({ Bucket, Key: "parts", UploadId, PartNumber: 1, Body: "123" }),
    );
    const complete = new CompleteMultipartUploadCommand({
      Bucket,
      Key: "parts",
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
    });
    const { ETag } = await client.send(complete);
    await client.send(complete); // a repeated one makes nothing
    const { url, fields } = await createPresignedPost(client, { Bucket, Key: "form" });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("file", new Blob(["1234"]));
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(204);
    await client.send(new DeleteObjectCommand({ Bucket, Key: "put" }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "put" })); // nothing is there any more
    const Objects = [{ Key: "copy" }, { Key: "none" }, { Key: "form" }];
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    const records = await readRecords(sqs, "events");
    expect(records.map(({ eventName, s3: { object } }) => [eventName, object.key, object.size])).toEqual([
      ["ObjectCreated:Put", "put", 2],
      ["ObjectCreated:Copy", "copy", 2],
      ["ObjectCreated:CompleteMultipartUpload", "parts", 3],
      ["ObjectCreated:Post", "form", 4],
      ["ObjectRemoved:Delete", "put", undefined],
      ["ObjectRemoved:Delete", "copy", undefined],
      ["ObjectRemoved:Delete", "form", undefined],
    ]);
    expect(`"${records[2]?.s3.object.eTag}"`).toBe(ETag);
    expect(records[4]?.s3.object).toEqual({ key: "put", sequencer: expect.any(String) });
    const sequencers = records.map((record) => record.s3.object.sequencer ?? "");
    expect(sequencers.toSorted()).toEqual(sequencers);
    expect(new Set(sequencers).size).toBe(sequencers.length);
  });

  it("of each version and delete marker, with its id", async () => {
    const Bucket = await openBucket("versions");
    const Status = "Enabled";
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    const Key = "k";
    const first = await client.send(new PutObjectCommand({ Bucket, Key, Body: "1" }));
    const marker = await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: first.VersionId }));
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker.VersionId }));
    const records = await readRecords(sqs, "events");
    expect(records.map(({ eventName, s3: { object } }) => [eventName, object.versionId])).toEqual([
      ["ObjectCreated:Put", first.VersionId],
      ["ObjectRemoved:DeleteMarkerCreated", marker.VersionId],
      ["ObjectRemoved:Delete", first.VersionId],
      ["ObjectRemoved:Delete", marker.VersionId],
    ]);
    expect(records[1]?.s3.object.eTag).toBe("d41d8cd98f00b204e9800998ecf8427e");
  });

  it("of tags, which does not change the order", async () => {
    const Bucket = await openBucket("tags");
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1", Tagging: "a=b" }));
    const Tagging = { TagSet: [{ Key: "a", Value: "c" }] };
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: "k", Tagging }));
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: "k" }));
    const [, ...records] = await readRecords(sqs, "events");
    const eTag = "c4ca4238a0b923820dcc509a6f75849b";
    expect(
      records.map(({ eventName, eventVersion, s3: { object } }) => [eventName, eventVersion, object]),
    ).toEqual([
      ["ObjectTagging:Put", "2.3", { key: "k", eTag }],
      ["ObjectTagging:Delete", "2.3", { key: "k", eTag }],
    ]);
  });

  it("only of what succeeded", async () => {
    const Bucket = await openBucket("refused");
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }));
    const again = client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "2", IfNoneMatch: "*" }));
    await expect(again).rejects.toMatchObject({ name: "PreconditionFailed" });
    const bad = { Bucket, Key: "bad", Body: "3", ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" };
    await expect(client.send(new PutObjectCommand(bad))).rejects.toMatchObject({ name: "BadDigest" });
    expect(await readEvents(sqs, "events")).toEqual(["ObjectCreated:Put k"]);
  });

  it("for who waits for it", async () => {
    const Bucket = await openBucket("waiting");
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 20 }));
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }));
    expect((await waiting).Messages).toHaveLength(1);
  });
});

describe("filters", () => {
  it("choose keys by their beginning and end, and events by name", async () => {
    await createQueue("images");
    const Bucket = "filters";
    await client.send(new CreateBucketCommand({ Bucket }));
    await configure(Bucket, [
      { QueueArn: s3.aws.queueArn("images"), Events: ["s3:ObjectCreated:*"], ...filter("in/", ".png") },
      { QueueArn: queueArn, Events: ["s3:ObjectCreated:Put"], ...filter("out/") },
      { QueueArn: queueArn, Events: ["s3:ObjectRemoved:*"] },
    ]);
    await readMessages(sqs, "images");
    await readMessages(sqs, "events");
    const keys = ["in/a.png", "in/a.jpg", "in/.png", "a.png", "out/x", "out", "IN/a.png"];
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    await client.send(new CopyObjectCommand({ Bucket, Key: "out/y", CopySource: `${Bucket}/out/x` }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "in/a.png" }));
    expect(await readEvents(sqs, "images")).toEqual([
      "ObjectCreated:Put in/a.png",
      "ObjectCreated:Put in/.png",
    ]);
    expect(await readEvents(sqs, "events")).toEqual([
      "ObjectCreated:Put out/x",
      "ObjectRemoved:Delete in/a.png",
    ]);
  });
});

describe("a configuration", () => {
  it("is put, with a test event to each queue, got and taken away", async () => {
    const Bucket = "configured";
    await client.send(new CreateBucketCommand({ Bucket }));
    const get = () => client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect((await get()).QueueConfigurations).toBeUndefined();
    const { $metadata } = await configure(Bucket, [
      { Id: "a & b", QueueArn: queueArn, Events: ["s3:ObjectCreated:*"], ...filter(" <p>", "s ") },
      { QueueArn: queueArn, Events: ["s3:ObjectRemoved:Delete", "s3:ObjectTagging:Put"] },
    ]);
    expect(await readMessages(sqs, "events")).toEqual([
      {
        Service: "Amazon S3",
        Event: "s3:TestEvent",
        Time: expect.stringMatching(/Z$/),
        Bucket,
        RequestId: $metadata.requestId,
        HostId: $metadata.extendedRequestId,
      },
    ]);
    const FilterRules = [
      { Name: "Prefix", Value: " <p>" },
      { Name: "Suffix", Value: "s " },
    ];
    expect((await get()).QueueConfigurations).toEqual([
      { Id: "a & b", QueueArn: queueArn, Events: ["s3:ObjectCreated:*"], Filter: { Key: { FilterRules } } },
      {
        Id: expect.stringMatching(/^[\w-]{32}$/),
        QueueArn: queueArn,
        Events: ["s3:ObjectRemoved:Delete", "s3:ObjectTagging:Put"],
      },
    ]);
    await configure(Bucket, []);
    expect((await get()).QueueConfigurations).toBeUndefined();
    await client.send(new PutObjectCommand({ Bucket, Key: " <p>s ", Body: "x" }));
    expect(await readMessages(sqs, "events")).toEqual([]);
  });

  const Created: Event[] = ["s3:ObjectCreated:*"];
  it.each<[string, QueueConfiguration[], RegExp]>([
    [
      "for a queue that is not there",
      [{ QueueArn: `${queueArn}2`, Events: Created }],
      /^Unable to validate the following destination configurations$/,
    ],
    [
      "for a queue of another account",
      [{ QueueArn: queueArn.replace("000000000000", "111122223333"), Events: Created }],
      /^Unable to validate/,
    ],
    [
      "for a queue of another region",
      [{ QueueArn: queueArn.replace("us-east-1", "eu-west-1"), Events: Created }],
      /service region is not valid/,
    ],
    [
      "for no queue",
      [{ QueueArn: "arn:aws:sns:us-east-1:000000000000:q", Events: Created }],
      /could not be parsed/,
    ],
    [
      "with an unknown event",
      [{ QueueArn: queueArn, Events: ["s3:ObjectCreated:Patch" as Event] }],
      /not supported for notifications/,
    ],
    [
      "with another filter",
      [
        {
          QueueArn: queueArn,
          Events: Created,
          Filter: { Key: { FilterRules: [{ Name: "infix" as "prefix", Value: "a" }] } },
        },
      ],
      /must be either prefix or suffix/,
    ],
    [
      "with two prefixes",
      [
        {
          QueueArn: queueArn,
          Events: Created,
          Filter: {
            Key: {
              FilterRules: [
                { Name: "prefix", Value: "a" },
                { Name: "Prefix" as "prefix", Value: "b" },
              ],
            },
          },
        },
      ],
      /more than one prefix rule/,
    ],
    [
      "with a long filter",
      [{ QueueArn: queueArn, Events: Created, ...filter("ü".repeat(513)) }],
      /cannot exceed 1024 bytes/,
    ],
    [
      "with overlapping filters",
      [
        { QueueArn: queueArn, Events: Created, ...filter("a", ".png") },
        { QueueArn: queueArn, Events: ["s3:ObjectCreated:Put"], ...filter("a/b") },
      ],
      /overlapping suffixes in two rules/,
    ],
    [
      "with the same event twice",
      [
        { QueueArn: queueArn, Events: Created },
        { QueueArn: queueArn, Events: ["s3:ObjectCreated:Put"] },
      ],
      /cannot share a common event type/,
    ],
  ])("%s is refused, and none is stored or told of", async (_name, configurations, message) => {
    await expect(configure(s3.bucket, configurations)).rejects.toMatchObject({
      name: "InvalidArgument",
      message: expect.stringMatching(message),
    });
    const stored = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket: s3.bucket }));
    expect(stored.QueueConfigurations).toBeUndefined();
    expect(await readMessages(sqs, "events")).toEqual([]);
  });

  it("for a queue that does not let S3 send is refused, unless nobody looks", async () => {
    await sqs.send(new CreateQueueCommand({ QueueName: "closed" }));
    const closed: QueueConfiguration[] = [{ QueueArn: s3.aws.queueArn("closed"), Events: Created }];
    const refused = await sendSigned(s3, {
      method: "PUT",
      path: `/${s3.bucket}?notification`,
      body: `<NotificationConfiguration><QueueConfiguration><Queue>${s3.aws.queueArn("closed")}</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>`,
    });
    expect([refused.status, xmlValue(refused.text, "ArgumentValue")]).toEqual([
      400,
      "Permissions on the destination queue do not allow S3 to publish notifications from this bucket",
    ]);
    await configure(s3.bucket, closed, { SkipDestinationValidation: true });
    expect(await readMessages(sqs, "closed")).toEqual([]);
    await configure(s3.bucket, []);
  });

  it.each([
    ["TopicConfiguration", "<TopicConfiguration/>"],
    ["EventBridgeConfiguration", "<EventBridgeConfiguration/>"],
    ["CloudFunctionConfiguration", "<CloudFunctionConfiguration/>"],
    [
      "s3:LifecycleExpiration:*",
      `<QueueConfiguration><Queue>${queueArn}</Queue><Event>s3:LifecycleExpiration:*</Event></QueueConfiguration>`,
    ],
  ])("with %s is not implemented", async (name, xml) => {
    const body = `<NotificationConfiguration>${xml}</NotificationConfiguration>`;
    const answer = await sendSigned(s3, { method: "PUT", path: `/${s3.bucket}?notification`, body });
    expect([answer.status, xmlValue(answer.text, "Message")?.includes(name)]).toEqual([501, true]);
  });

  it("needs its own permission", async () => {
    const Policy = allow("s3:PutObject", "arn:aws:s3:::*");
    const { credentials } = await assumeRole(s3, { Policy });
    const session = createClient(s3, { credentials });
    const get = session.send(new GetBucketNotificationConfigurationCommand({ Bucket: s3.bucket }));
    await expect(get).rejects.toMatchObject({ name: "AccessDenied" });
    session.destroy();
  });
});

it("an object is stored although its queue is gone, and the log says so", async () => {
  const Bucket = "gone";
  const QueueUrl = await createQueue("short-lived");
  await client.send(new CreateBucketCommand({ Bucket }));
  await configure(Bucket, [{ QueueArn: s3.aws.queueArn("short-lived"), Events: ["s3:ObjectCreated:*"] }]);
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  s3.lines.length = 0;
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }));
  expect(s3.lines).toEqual([
    `event ObjectCreated:Put of bucket gone was not taken by ${s3.aws.queueArn("short-lived")}: QueueDoesNotExist`,
  ]);
});
