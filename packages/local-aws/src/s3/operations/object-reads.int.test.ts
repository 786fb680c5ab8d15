import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256Base64, uploadInParts } from "../../testing/multipart-object.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";
import { type ReceivedResponse, xmlValue } from "../../testing/send-request.ts";

const Bucket = "test-bucket";
const FIRST = Buffer.alloc(5 * 1024 ** 2, "a");
const BODIES = [FIRST, Buffer.from("tail")];
const SIZE = FIRST.length + 4;

let s3: StandIn;
let client: S3Client;

beforeAll(async () => {
  s3 = await openStandIn();
  client = createClient(s3);
  const ChecksumSHA256 = sha256Base64("0123456789");
  await client.send(new PutObjectCommand({ Bucket, Key: "single", Body: "0123456789", ChecksumSHA256 }));
  await client.send(new PutObjectCommand({ Bucket, Key: "empty", Body: "" }));
  await uploadInParts(client, { Bucket, Key: "composite", bodies: BODIES });
  await uploadInParts(client, { Bucket, Key: "one part", bodies: [Buffer.from("tail")] });
  const target = { Bucket, Key: "full" };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const Parts = [];
  for (const [index, Body] of BODIES.entries()) {
    const part = { ...target, UploadId, PartNumber: index + 1, Body };
    const { ETag } = await client.send(new UploadPartCommand(part));
    Parts.push({ PartNumber: index + 1, ETag });
  }
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

const ask = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<ReceivedResponse> =>
  sendSigned(s3, {
    method,
    path: `/${Bucket}/${path}`,
    headers: { "x-amz-checksum-mode": "ENABLED", ...headers },
  });
const SHA256 = "x-amz-checksum-sha256";

describe("a part of an object", () => {
  it("of parts comes as a range, with its own checksum where the object's is made of those", async () => {
    const answer = await ask("composite?partNumber=2");
    expect(answer).toMatchObject({
      status: 206,
      text: "tail",
      headers: {
        "content-range": `bytes ${FIRST.length}-${SIZE - 1}/${SIZE}`,
        "content-length": "4",
        "x-amz-mp-parts-count": "2",
        [SHA256]: sha256Base64("tail"),
      },
    });
    const head = await ask("composite?partNumber=2", {}, "HEAD");
    expect(head).toMatchObject({
      status: 206,
      headers: { "content-length": "4", "x-amz-mp-parts-count": "2", [SHA256]: sha256Base64("tail") },
    });
  });

  it("has its own checksum even if it is the only one", async () => {
    const { headers } = await ask("one%20part?partNumber=1");
    expect(headers).toMatchObject({ [SHA256]: sha256Base64("tail"), "x-amz-mp-parts-count": "1" });
    expect((await ask("one%20part")).headers[SHA256]).toMatch(/-1$/);
  });

  it("has no checksum where that of the object is of all its bytes", async () => {
    const { status, headers } = await ask("full?partNumber=2");
    expect([status, headers["x-amz-mp-parts-count"]]).toEqual([206, "2"]);
    expect(Object.keys(headers).filter((name) => name.startsWith("x-amz-checksum-"))).toEqual([]);
  });

  it("that came in one piece is all of it, and no count is told", async () => {
    const { status, text, headers } = await ask("single?partNumber=1");
    expect([status, text, headers["content-range"]]).toEqual([206, "0123456789", "bytes 0-9/10"]);
    expect(headers).not.toHaveProperty("x-amz-mp-parts-count");
    expect(headers[SHA256]).toBe(sha256Base64("0123456789"));
    expect(await ask("empty?partNumber=1")).toMatchObject({ status: 200, text: "" });
  });

  it("that is not there is InvalidPartNumber, and says how many are", async () => {
    for (const [key, requested, actual] of [
      ["composite", "3", "2"],
      ["single", "2", "1"],
    ] as const) {
      const answer = await ask(`${key}?partNumber=${requested}`);
      expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([416, "InvalidPartNumber"]);
      expect(xmlValue(answer.text, "PartNumberRequested")).toBe(requested);
      expect(xmlValue(answer.text, "ActualPartCount")).toBe(actual);
    }
  });

  it.each(["0", "10001", "x", ""])("has no number like %j", async (partNumber) => {
    const answer = await ask(`single?partNumber=${partNumber}`);
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([400, "InvalidArgument"]);
  });

  it("cannot be had together with a range", async () => {
    const answer = await ask("composite?partNumber=1", { range: "bytes=0-1" });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([400, "InvalidRequest"]);
  });
});

describe("a range", () => {
  it.each(["bytes=-15", "bytes=0-100", "bytes=0-9", "bytes=0-"])(
    "of all bytes, such as %s, comes with the checksum",
    async (range) => {
      const answer = await ask("single", { range });
      expect(answer).toMatchObject({
        status: 206,
        headers: { "content-range": "bytes 0-9/10", [SHA256]: sha256Base64("0123456789") },
      });
    },
  );

  it.each(["bytes=1-", "bytes=0-8"])("of fewer, such as %s, without", async (range) => {
    const answer = await ask("single", { range });
    expect(answer.status).toBe(206);
    expect(answer.headers).not.toHaveProperty(SHA256);
  });

  it.each(["bytes=5-3", "bytes=0-1,3-4", "bytes=a-b", "lines=1-2"])(
    "like %s is none, or several: all of the object is sent",
    async (range) => {
      const answer = await ask("single", { range });
      expect(answer).toMatchObject({ status: 200, text: "0123456789" });
      expect(answer.headers).not.toHaveProperty("content-range");
    },
  );

  it("that cannot be satisfied says how large the object is", async () => {
    const answer = await ask("single", { range: "bytes=10-" });
    expect(answer).toMatchObject({ status: 416, headers: { "content-range": "bytes */10" } });
    expect(xmlValue(answer.text, "ActualObjectSize")).toBe("10");
    expect(xmlValue(answer.text, "RangeRequested")).toBe("bytes=10-");
  });
});

describe("a storage class", () => {
  const classOf = async (key: string) => (await ask(key, {}, "HEAD")).headers["x-amz-storage-class"];

  it("is kept and told, but for the usual one", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "class", Body: "x", StorageClass: "STANDARD_IA" }));
    expect([await classOf("class"), await classOf("single")]).toEqual(["STANDARD_IA", undefined]);
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "class" }));
    expect(Contents).toMatchObject([{ StorageClass: "STANDARD_IA" }]);
  });

  it("of a copy is that of its request, not of its source", async () => {
    const CopySource = `${Bucket}/class`;
    await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
    expect(await classOf("copy")).toBeUndefined();
    const input = { Bucket, Key: "class", CopySource, StorageClass: "GLACIER_IR" } as const;
    await client.send(new CopyObjectCommand(input)); // onto itself
    expect(await classOf("class")).toBe("GLACIER_IR");
  });
});

describe("attributes", () => {
  const attributes = (key: string, names: string, headers: Record<string, string> = {}) =>
    sendSigned(s3, {
      method: "GET",
      path: `/${Bucket}/${key}?attributes`,
      headers: { "x-amz-object-attributes": names, ...headers },
    });

  it("come in one answer, as S3 writes them", async () => {
    const { text, headers } = await attributes("full", "ObjectSize,ETag,ObjectParts,StorageClass");
    const eTag = xmlValue(text, "ETag");
    expect(eTag).toMatch(/^[0-9a-f]{32}-2$/);
    expect(text.replace(/^.*?>\n/, "")).toBe(
      `<GetObjectAttributesResponse xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ETag>${eTag}</ETag>` +
        `<ObjectParts><PartsCount>2</PartsCount></ObjectParts><StorageClass>STANDARD</StorageClass>` +
        `<ObjectSize>${SIZE}</ObjectSize></GetObjectAttributesResponse>`,
    );
    expect(headers).toHaveProperty("last-modified");
  });

  it("have a composite checksum without its number of parts", async () => {
    const { text } = await attributes("composite", "Checksum");
    const { headers } = await ask("composite", {}, "HEAD");
    expect(`${xmlValue(text, "ChecksumSHA256")}-2`).toBe(headers[SHA256]);
    expect(xmlValue(text, "ChecksumType")).toBe("COMPOSITE");
  });

  it("ignore a number of parts that is none", async () => {
    const { status, text } = await attributes("composite", "ObjectParts", { "x-amz-max-parts": "many" });
    expect([status, text.match(/<Part>/g)?.length]).toEqual([200, 2]);
  });

  it.each([
    ["", "InvalidRequest"],
    ["ETag,Dummy", "InvalidArgument"],
  ])("named as %j are refused with %s", async (names, code) => {
    const answer = await attributes("single", names);
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([400, code]);
  });
});
