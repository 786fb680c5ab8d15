import { createHash } from "node:crypto";
import {
  CopyObjectCommand,
  GetBucketTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";
import { xmlValue } from "../../testing/send-request.ts";

const Bucket = "test-bucket";

let s3: StandIn;
let client: S3Client;

beforeAll(async () => {
  s3 = await openStandIn();
  client = createClient(s3);
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "bytes", Tagging: "state=new" }));
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

const tagsOf = async (Key: string) => {
  const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket, Key }));
  return TagSet;
};

describe("x-amz-tagging", () => {
  const put = async (tagging: string) => {
    const answer = await sendSigned(s3, {
      method: "PUT",
      path: `/${Bucket}/header`,
      headers: { "x-amz-tagging": tagging },
      body: "x",
    });
    return [answer.status, xmlValue(answer.text, "Code")];
  };

  it.each([
    [
      "a=1&b=2",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    [
      "a&b",
      [
        ["a", ""],
        ["b", ""],
      ],
    ],
    ["&&a=+%2B%20&", [["a", " + "]]],
    ["gr%C3%B6%C3%9Fe=%EA%B0%80", [["größe", "가"]]],
    ["", []],
  ])("%s is read like a query", async (tagging, tags) => {
    expect(await put(tagging)).toEqual([200, undefined]);
    expect(await tagsOf("header")).toEqual(tags.map(([Key, Value]) => ({ Key, Value })));
  });

  it.each([
    ["a=1&a=2", "InvalidArgument"],
    ["a=1,b=2", "InvalidArgument"],
    ["=1", "InvalidArgument"],
    ["a=%zz", "InvalidArgument"],
    ["a=%ff", "InvalidArgument"],
    ["a%3Cb=1", "InvalidTag"],
    ["aws:a=1", "InvalidTag"],
    [Array.from({ length: 11 }, (_, index) => `k${index}`).join("&"), "BadRequest"],
  ])("%s is refused with %s", async (tagging, code) => {
    expect(await put(tagging)).toEqual([400, code]);
  });
});

describe("tags", () => {
  const setTags = (TagSet: { Key: string; Value: string }[]): Promise<unknown> =>
    client.send(new PutObjectTaggingCommand({ Bucket, Key: "k", Tagging: { TagSet } }));

  it.each([
    ["Key1", "v", "Cannot provide multiple Tags with the same key"],
    ["a,b", "v", "The TagKey you have provided is invalid"],
    ["", "v", "The TagKey you have provided is invalid"],
    ["b", "1,2", "The TagValue you have provided is invalid"],
    ["aws:b", "v", "Your TagKey cannot be prefixed with aws:"],
  ])("with %j=%j beside another are an InvalidTag", async (Key, Value, message) => {
    const tags = [
      { Key: "Key1", Value: "v" },
      { Key, Value },
    ];
    await expect(setTags(tags)).rejects.toMatchObject({ name: "InvalidTag", message });
  });

  it("are counted by HEAD too", async () => {
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: "k" }))).toMatchObject({ TagCount: 1 });
  });

  it("of a copy are those of the request only where they are to be", async () => {
    const copy = async (input: object) => {
      await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/k`, ...input }));
      return tagsOf("copy");
    };
    expect(await copy({ Tagging: "a=1" })).toEqual([{ Key: "state", Value: "new" }]);
    expect(await copy({ Tagging: "a=1", TaggingDirective: "REPLACE" })).toEqual([{ Key: "a", Value: "1" }]);
    expect(await copy({ TaggingDirective: "REPLACE" })).toEqual([]);
  });

  it.each(["<Tagging/>", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", "<Other/>", "junk"])(
    "written as %j are MalformedXML",
    async (body) => {
      const md5 = createHash("md5").update(body).digest("base64");
      const headers = { "content-md5": md5 };
      const answer = await sendSigned(s3, { method: "PUT", path: `/${Bucket}/k?tagging`, headers, body });
      expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([400, "MalformedXML"]);
    },
  );

  it("need a checksum of the request", async () => {
    const body = "<Tagging><TagSet/></Tagging>";
    const answer = await sendSigned(s3, { method: "PUT", path: `/${Bucket}/k?tagging`, body });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([400, "InvalidRequest"]);
  });
});

describe("tags of a bucket", () => {
  const setTags = (TagSet: { Key: string; Value: string }[]): Promise<unknown> =>
    client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  const many = (length: number) => Array.from({ length }, (_, index) => ({ Key: `k${index}`, Value: "" }));

  it("are fifty at most", async () => {
    await setTags(many(50));
    expect((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(many(50));
    await expect(setTags(many(51))).rejects.toMatchObject({ name: "BadRequest" });
    await expect(setTags([{ Key: "aws:a", Value: "" }])).rejects.toMatchObject({
      name: "InvalidTag",
      message: "System tags cannot be added/updated by requester",
    });
    await setTags([]);
    await expect(client.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({
      name: "NoSuchTagSet",
    });
  });
});
