import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import {
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { oddKey } from "../../testing/odd-key.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { BOUNDARY, formBody, type FormPart, postForm, signForm } from "../../testing/post-form.ts";
import { createClient } from "../../testing/s3-under-test.ts";
import { type ReceivedResponse, sendRequest, xmlValue } from "../../testing/send-request.ts";

let s3: StandIn;
let client: S3Client;
const Bucket = "test-bucket";
const ORIGIN = "https://page.example";

beforeAll(async () => {
  const cors = [{ allowedOrigins: [ORIGIN], allowedMethods: ["POST"], exposeHeaders: ["ETag"] }];
  s3 = await openStandIn({ buckets: [{ name: Bucket, cors }, { name: "versioned" }] });
  client = createClient(s3);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});
beforeEach(() => {
  s3.lines.length = 0;
});

type Options = Omit<Parameters<typeof postForm>[1], "fields"> & { conditions?: readonly unknown[] };

/** Every field is allowed what it says. */
function post(fields: Record<string, string>, options: Options = {}): Promise<ReceivedResponse> {
  const covering = Object.entries(fields).map(([name, value]) => ["eq", `$${name}`, value]);
  const conditions = options.conditions ?? covering;
  return postForm(s3, { ...options, fields: signForm(s3, { fields, conditions }) });
}

const sendParts = (
  parts: readonly FormPart[],
  headers: Record<string, string> = {},
): Promise<ReceivedResponse> =>
  sendRequest({
    endpoint: s3.endpoint,
    method: "POST",
    path: `/${Bucket}`,
    headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, ...headers },
    body: formBody(parts),
  });

const code = ({ status, text }: ReceivedResponse): unknown[] => [status, xmlValue(text, "Code")];
const blobs = (): Promise<string[]> => readdir(join(s3.dataDir, "blobs"));
const head = (Key: string) => client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));

describe("an answer to a form", () => {
  it("has the headers of a PUT, and where the object is", async () => {
    const answer = await post({ key: "a/b c" });
    const eTag = `"${createHash("md5").update("content").digest("hex")}"`;
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      etag: eTag,
      location: `${s3.endpoint}/${Bucket}/a%2Fb%20c`,
      "x-amz-checksum-crc64nvme": (await head("a/b c")).ChecksumCRC64NVME,
      "x-amz-checksum-type": "FULL_OBJECT",
      "x-amz-server-side-encryption": "AES256",
    });
    expect(answer.headers).not.toHaveProperty("content-type");
  });

  it("is a document, as its form asks", async () => {
    const answer = await post({ key: "<k>", success_action_status: "201" });
    const location = `${s3.endpoint}/${Bucket}/%3Ck%3E`;
    expect(answer.headers["content-type"]).toBe("application/xml");
    expect(answer.text).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${location}</Location><Bucket>${Bucket}</Bucket><Key>&lt;k&gt;</Key><ETag>&quot;9a0364b9e99bb480dd25e1f0284c8555&quot;</ETag></PostResponse>`,
    );
  });

  it("names the host that was asked, when that has the bucket", async () => {
    const host = `${Bucket}.localhost:${s3.aws.port}`;
    const fields = signForm(s3, { fields: { key: "virtual" }, conditions: [{ key: "virtual" }] });
    const parts = Object.entries(fields).map(([name, value]) => ({ name, value }));
    const answer = await sendRequest({
      endpoint: s3.endpoint,
      method: "POST",
      path: "/",
      headers: { host, "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
      body: formBody([...parts, { name: "file", value: "x", fileName: "" }]),
    });
    expect([answer.status, answer.headers["location"]]).toEqual([204, `http://${host}/virtual`]);
  });

  it.each([
    [
      "success_action_redirect",
      "https://a.example/done?a=b c",
      "https://a.example/done?a=b c&bucket=test-bucket&key=d%2Fe+f&etag=%22",
    ],
    [
      "success_action_redirect",
      "http://a.example/#/done",
      "http://a.example/?bucket=test-bucket&key=d%2Fe+f&etag=%22",
    ],
    ["redirect", "http://a.example", "http://a.example?bucket=test-bucket&key=d%2Fe+f&etag=%22"],
  ])("redirects with %s to %s", async (name, target, start) => {
    const answer = await post({ key: "d/e f", [name]: target, success_action_status: "201" });
    expect([answer.status, answer.text]).toEqual([303, ""]);
    expect(answer.headers["location"]).toMatch(/%22(#\/done)?$/);
    expect(String(answer.headers["location"]).slice(0, start.length)).toBe(start);
  });

  it.each([
    "/done",
    "done",
    "ftp://a.example/",
    "http://",
    "http://a.example/\u0001",
    "http://a.example/\r\nx: y",
  ])("does not redirect to %j", async (target) => {
    const answer = await post({ key: "k", success_action_redirect: target });
    expect([answer.status, answer.headers["x"]]).toEqual([204, undefined]);
  });

  it("has CORS headers, be it good or bad", async () => {
    for (const key of ["k", ""]) {
      const answer = await post({ key }, { headers: { origin: ORIGIN } });
      expect(answer.headers["access-control-allow-origin"]).toBe(ORIGIN);
    }
  });

  it("names the version that the form made", async () => {
    const versioned = { ...s3, bucket: "versioned" };
    await client.send(
      new PutBucketVersioningCommand({ Bucket: "versioned", VersioningConfiguration: { Status: "Enabled" } }),
    );
    const answer = await postForm(versioned, {
      fields: signForm(versioned, { fields: { key: "k" }, conditions: [{ key: "k" }] }),
    });
    const { VersionId } = await client.send(new HeadObjectCommand({ Bucket: "versioned", Key: "k" }));
    expect(answer.headers["x-amz-version-id"]).toBe(VersionId);
  });
});

describe("the fields of a form", () => {
  it("say what the headers of a PUT say", async () => {
    const fields = {
      key: "fields",
      "Cache-Control": "max-age=60",
      "Content-Disposition": 'attachment; filename="a.txt"',
      "content-ENCODING": "identity",
      Expires: "Wed, 21 Oct 2037 07:28:00 GMT",
      "x-amz-meta-TEST-2": "한글",
      "x-amz-storage-class": "STANDARD_IA",
      "x-amz-server-side-encryption": "AES256",
      acl: "bucket-owner-full-control",
      "Content-MD5": createHash("md5").update("content").digest("base64"),
      tagging: "<Tagging><TagSet><Tag><Key>a b</Key><Value>ü&amp;=</Value></Tag></TagSet></Tagging>",
    };
    // The last value is no tag's, and the first refusal is about that.
    expect(code(await post(fields))).toEqual([400, "InvalidTag"]);
    expect((await post({ ...fields, tagging: fields.tagging.replace("&amp;", "") })).status).toBe(204);
    const stored = await client.send(new GetObjectCommand({ Bucket, Key: "fields" }));
    expect(await stored.Body?.transformToString()).toBe("content");
    expect(stored).toMatchObject({
      ContentType: "binary/octet-stream", // whatever the file's part says
      CacheControl: "max-age=60",
      ContentDisposition: 'attachment; filename="a.txt"',
      ContentEncoding: "identity",
      ExpiresString: "Wed, 21 Oct 2037 07:28:00 GMT",
      Metadata: { "test-2": `=?UTF-8?B?${Buffer.from("한글").toString("base64")}?=` },
      StorageClass: "STANDARD_IA",
      ServerSideEncryption: "AES256",
    });
    const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket, Key: "fields" }));
    expect(TagSet).toEqual([{ Key: "a b", Value: "ü=" }]);
  });

  it("name a checksum that is verified, kept and returned", async () => {
    const value = createHash("sha256").update("content").digest("base64");
    const fields = { key: "sum", "x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": value };
    expect((await post(fields)).headers["x-amz-checksum-sha256"]).toBe(value);
    expect((await head("sum")).ChecksumSHA256).toBe(value);
    expect(code(await post(fields, { file: "other" }))).toEqual([400, "BadDigest"]);
    expect(code(await post({ key: "sum", "x-amz-checksum-algorithm": "SHA256" }))).toEqual([
      400,
      "InvalidRequest",
    ]);
    expect(code(await post({ ...fields, "x-amz-checksum-algorithm": "CRC32" }))).toEqual([
      400,
      "InvalidRequest",
    ]);
  });

  it.each([
    [{ acl: "public-read" }, 400, "AccessControlListNotSupported"],
    [{ "x-amz-storage-class": "FakeClass" }, 400, "InvalidStorageClass"],
    [{ "x-amz-storage-class": "GLACIER" }, 501, "NotImplemented"],
    [{ "x-amz-website-redirect-location": "/a" }, 501, "NotImplemented"],
    [{ "x-amz-tagging": "a=b" }, 501, "NotImplemented"],
    [{ "x-amz-acl": "private" }, 501, "NotImplemented"],
    [{ "x-amz-server-side-encryption": "aws:kms" }, 501, "NotImplemented"],
    [{ "x-amz-meta-a": "b\r\nc" }, 400, "InvalidArgument"],
    [{ "x-amz-meta-a": "v".repeat(2048) }, 400, "MetadataTooLarge"],
    [{ "Content-MD5": "no" }, 400, "InvalidDigest"],
    [{ "x-amz-checksum-sha256": "sailorjerry" }, 400, "InvalidRequest"],
    [{ tagging: "not-xml" }, 400, "MalformedXML"],
    [{ key: "" }, 400, "InvalidArgument"],
    [{ key: "k".repeat(1025) }, 400, "KeyTooLongError"],
    [{ "x-ignore-me": "a".repeat(20_480) }, 400, "MaxPostPreDataLengthExceeded"],
  ])("are refused: %j", async (fields, status, name) => {
    const before = await blobs();
    expect(code(await post({ key: "refused", ...fields }))).toEqual([status, name]);
    expect(await blobs()).toEqual(before);
  });

  it("must have a key ahead of the file", async () => {
    const fields = signForm(s3, { fields: {}, conditions: [["starts-with", "$key", ""]] });
    const answer = await postForm(s3, { fields });
    expect(answer.text).toContain(
      "<Code>InvalidArgument</Code><Message>Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.</Message><ArgumentName>key</ArgumentName><ArgumentValue></ArgumentValue>",
    );
  });

  it("count, and headers of the request do not", async () => {
    const headers = {
      "if-none-match": "*",
      "content-md5": "no",
      "x-amz-meta-header": "a",
      "x-amz-expected-bucket-owner": "1",
      "cache-control": "no-store",
    };
    for (const _ of ["first", "again"])
      expect((await post({ key: "headers" }, { headers })).status).toBe(204);
    expect(await head("headers")).toMatchObject({ Metadata: {}, ContentType: "binary/octet-stream" });
  });
});

it("stores any form that is signed, or says in S3's form why not", async () => {
  const name = fc.constantFrom(
    "acl",
    "Cache-Control",
    "Content-Type",
    "Content-Disposition",
    "Content-MD5",
    "Expires",
    "redirect",
    "success_action_redirect",
    "success_action_status",
    "tagging",
    "x-amz-checksum-crc32",
    "x-amz-meta-a",
    "x-amz-storage-class",
    "other",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }).filter((value) => value.isWellFormed()),
    fc.constantFrom(
      "${filename}",
      "https://a.example/\u00fc?x#y",
      "200",
      "STANDARD",
      "AAAAAA==",
      "<Tagging/>",
    ),
  );
  const fileName = fc.string({ maxLength: 10 }).map((value) => value.replaceAll(/["\\\r\n]/g, "_"));
  await fc.assert(
    fc.asyncProperty(
      oddKey(),
      fc.dictionary(name, text, { maxKeys: 3 }),
      fileName,
      async (key, rest, file) => {
        const sent = { key, ...rest };
        const conditions = Object.keys(sent).map((field) => ["starts-with", `$${field}`, ""]);
        const answer = await post(sent, { conditions, fileName: file });
        expect(answer.headers["x-amz-request-id"]).toMatch(/^[0-9A-F]{16}$/);
        expect([200, 201, 204, 303, 400, 501]).toContain(answer.status);
        const isRefused = answer.status >= 400;
        expect(/^<\?xml [^>]+>\n<Error><Code>\w+</.test(answer.text)).toBe(isRefused);
        if (!isRefused) await head(key.replaceAll("${filename}", file));
      },
    ),
    { numRuns: 150 },
  );
});

describe("a form that is none", () => {
  it.each(["application/x-www-form-urlencoded", "text/plain", "multipart/mixed; boundary=x", ""])(
    "is told so, with the type %j",
    async (type) => {
      const answer = await sendParts([], { "content-type": type });
      expect(code(answer)).toEqual([412, "PreconditionFailed"]);
      expect(xmlValue(answer.text, "Condition")).toBe(
        "Bucket POST must be of the enclosure-type multipart/form-data",
      );
    },
  );

  it.each(["multipart/form-data", 'multipart/form-data; boundary=""', "multipart/form-data; boundary=other"])(
    "is malformed, with the type %j",
    async (type) => {
      expect(code(await sendParts([], { "content-type": type }))).toEqual([400, "MalformedPOSTRequest"]);
    },
  );

  it("needs exactly one file", async () => {
    const fields = signForm(s3, { fields: { key: "k" }, conditions: [{ key: "k" }] });
    const parts = Object.entries(fields).map(([name, value]) => ({ name, value }));
    const file = { name: "file", value: "x", fileName: "x" };
    const before = await blobs();
    for (const [files, count] of [
      [[], "0"],
      [[file, file], "2"],
    ] as const) {
      const answer = await sendParts([...parts, ...files]);
      expect([...code(answer), xmlValue(answer.text, "ArgumentValue")]).toEqual([
        400,
        "InvalidArgument",
        count,
      ]);
    }
    expect(await blobs()).toEqual(before);
  });

  it("is refused for a bucket that is not there, and for an object", async () => {
    expect(code(await postForm({ ...s3, bucket: "absent-bucket" }, { fields: { key: "k" } }))).toEqual([
      404,
      "NoSuchBucket",
    ]);
    expect(
      (await postForm({ ...s3, bucket: `${Bucket}/key` }, { fields: { key: "k" } })).status,
    ).toBeGreaterThan(400);
  });
});

describe("the file of a form", () => {
  const range = [
    ["content-length-range", 3, 5],
    ["starts-with", "$key", ""],
  ];

  it.each([false, true])("is held against the range, sent in chunks: %s", async (isChunked) => {
    const send = (sizeBytes: number) =>
      post({ key: "range" }, { conditions: range, file: "x".repeat(sizeBytes), isChunked });
    const small = await send(2);
    expect([
      ...code(small),
      xmlValue(small.text, "ProposedSize"),
      xmlValue(small.text, "MinSizeAllowed"),
    ]).toEqual([400, "EntityTooSmall", "2", "3"]);
    expect([(await send(3)).status, (await send(5)).status]).toEqual([204, 204]);
    const before = await blobs();
    const large = await send(6);
    expect([
      ...code(large),
      xmlValue(large.text, "ProposedSize"),
      xmlValue(large.text, "MaxSizeAllowed"),
    ]).toEqual([400, "EntityTooLarge", "6", "5"]);
    expect((await head("range")).ContentLength).toBe(5);
    expect(await blobs()).toEqual(before);
  });

  it("is refused while the client is still sending it, and leaves nothing", async () => {
    const before = await blobs();
    const large = await post({ key: "large" }, { conditions: range, file: Buffer.alloc(32 * 1024 ** 2) });
    expect([...code(large), xmlValue(large.text, "ProposedSize")]).toEqual([
      400,
      "EntityTooLarge",
      String(32 * 1024 ** 2),
    ]);
    expect(await blobs()).toEqual(before);
  });

  it.each([
    ["its policy", { key: "a" }, [{ key: "b" }]],
    ["its key", { key: "" }, [{ key: "" }]],
  ])(
    "is read over when the form is refused for %s, so that the client sees why",
    async (_, fields, conditions) => {
      const answer = await sendAll(signForm(s3, { fields, conditions }));
      expect(answer).toMatch(/^HTTP\/1.1 40[03] /);
    },
  );

  it("is read over when nobody may send it", async () => {
    expect(await sendAll({ key: "k" })).toMatch(/^HTTP\/1.1 403 /);
  });

  /** Send a large form to its last byte, whatever the answer is. */
  async function sendAll(fields: Record<string, string>): Promise<string> {
    const parts = Object.entries(fields).map(([name, value]) => ({ name, value }));
    const body = formBody([...parts, { name: "file", value: Buffer.alloc(16 * 1024 ** 2), fileName: "x" }]);
    const socket = connect(s3.aws.port, "127.0.0.1");
    let received = "";
    socket.setEncoding("latin1").on("data", (text: string) => (received += text));
    socket.write(
      `POST /${Bucket} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    const problem = await new Promise((resolve) => void socket.write(body, resolve));
    expect(problem).toBeFalsy();
    await vi.waitFor(() => expect(received).toContain("</Error>"));
    socket.destroy();
    return received;
  }

  it("of many blocks comes through whole, and the connection goes on", async () => {
    const bytes = Buffer.alloc(9_000_001, "0123456789abcdef\r\n--");
    expect((await post({ key: "blocks" }, { file: bytes })).status).toBe(204);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "blocks" }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it("that breaks off leaves neither an object nor a file, wherever it does", async () => {
    const fields = signForm(s3, { fields: { key: "broken" }, conditions: [{ key: "broken" }] });
    const parts = Object.entries(fields).map(([name, value]) => ({ name, value }));
    const body = formBody([...parts, { name: "file", value: Buffer.alloc(300_000), fileName: "x" }]);
    const before = await blobs();
    for (const sentBytes of [
      0,
      100,
      body.length - 300_000,
      body.length - 100_000,
      body.length - 10,
      body.length - 1,
    ]) {
      const socket = connect(s3.aws.port, "127.0.0.1");
      socket.write(
        `POST /${Bucket} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      await new Promise<void>((resolve) => void socket.write(body.subarray(0, sentBytes), () => resolve()));
      socket.destroy();
    }
    await vi.waitFor(() => expect(s3.lines).toHaveLength(6));
    expect(new Set(s3.lines)).toEqual(new Set([`400 IncompleteBody POST /${Bucket}`]));
    await expect(head("broken")).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    expect(await blobs()).toEqual(before);
  });

  it("is not waited for when the client asks first and is refused", async () => {
    const answered = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(`${s3.endpoint}/${Bucket}`, {
        method: "POST",
        headers: { expect: "100-continue", "content-type": "text/plain", "content-length": 1_000_000 },
      });
      request.once("continue", () => reject(new Error("it may go on")));
      request.once("response", (response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      request.once("error", reject);
      request.flushHeaders();
    });
    expect(answered).toBe(412);
  });
});

describe("who may send a form", () => {
  afterEach(() =>
    client.send(new PutBucketPolicyCommand({ Bucket, Policy: policyFor("arn:aws:s3:::test-bucket/none") })),
  );

  const policyFor = (Resource: string, Condition?: object): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:PutObject",
        Resource,
        ...(Condition ? { Condition } : {}),
      },
    });

  it("is anybody, where the bucket's policy lets everybody write", async () => {
    const file = { name: "file", value: "x", fileName: "x" };
    const anonymous = (key: string) =>
      sendParts([{ name: "key", value: key }, { name: "any", value: "field" }, file]);
    expect(code(await anonymous("public/a"))).toEqual([403, "AccessDenied"]);
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: policyFor("arn:aws:s3:::test-bucket/public/*") }),
    );
    expect((await anonymous("public/a")).status).toBe(204);
    expect(code(await anonymous("private/a"))).toEqual([403, "AccessDenied"]);
  });

  it("can depend on the form: how it was signed, and what it says", async () => {
    const condition = { StringNotEquals: { "s3:authType": "POST" } };
    const deny = {
      Version: "2012-10-17",
      Statement: {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::test-bucket/forms/*",
        Condition: condition,
      },
    };
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(deny) }));
    expect((await post({ key: "forms/a" })).status).toBe(204);
    deny.Statement.Condition = { StringNotEquals: { "s3:x-amz-storage-class": "STANDARD_IA" } } as never;
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(deny) }));
    expect(code(await post({ key: "forms/a" }))).toEqual([403, "AccessDenied"]);
    expect((await post({ key: "forms/a", "x-amz-storage-class": "STANDARD_IA" })).status).toBe(204);
  });
});

it("leaves a line in the log that says why, and no signature, policy or token", async () => {
  const fields = signForm(s3, { fields: { key: "a" }, conditions: [{ key: "b" }] });
  await postForm(s3, { fields });
  await postForm(s3, { fields: { ...fields, "x-amz-signature": "0".repeat(64) } });
  expect(s3.lines).toEqual([
    `403 AccessDenied POST /${Bucket}: policy condition failed: ["eq", "$key", "b"]`,
    `403 SignatureDoesNotMatch POST /${Bucket}: the secret key or the policy`,
  ]);
});
