import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";
import { xmlValue } from "../../testing/send-request.ts";

const Bucket = "test-bucket";
const UNKNOWN_ID = "a".repeat(32);

let s3: StandIn;
let client: S3Client;

beforeAll(async () => {
  s3 = await openStandIn();
  client = createClient(s3);
  await setStatus("Enabled");
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

const setStatus = (Status: "Enabled" | "Suspended"): Promise<unknown> =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const put = async (
  Key: string,
  Body: string,
  input: Partial<PutObjectCommandInput> = {},
): Promise<string> => {
  const { VersionId = "" } = await client.send(new PutObjectCommand({ Bucket, Key, Body, ...input }));
  return VersionId;
};
const mark = async (Key: string): Promise<string> => {
  const { VersionId = "" } = await client.send(new DeleteObjectCommand({ Bucket, Key }));
  return VersionId;
};
const send = async (method: string, path: string, body?: string) => {
  const answer = await sendSigned(s3, {
    method,
    path: `/${Bucket}${path}`,
    ...(body === undefined ? {} : { body }),
  });
  return { ...answer, code: xmlValue(answer.text, "Code") };
};
const begin = async (Key: string): Promise<{ Bucket: string; Key: string; UploadId: string }> => {
  const { UploadId = "" } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  return { Bucket, Key, UploadId };
};
const finish = async (target: Awaited<ReturnType<typeof begin>>, Body: string, input: object = {}) => {
  const { ETag } = await client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  return client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload, ...input }));
};
const read = async (Key: string): Promise<string | undefined> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
};

describe("a delete marker", () => {
  it("as the current version makes S3 behave as if nothing was there, and say why", async () => {
    await put("marked", "bytes");
    const marker = await mark("marked");
    for (const method of ["GET", "HEAD"]) {
      const answer = await send(method, "/marked");
      expect(answer).toMatchObject({
        status: 404,
        code: method === "GET" ? "NoSuchKey" : undefined,
        headers: { "x-amz-delete-marker": "true", "x-amz-version-id": marker },
      });
    }
  });

  it("named by its id can only be deleted", async () => {
    await put("named", "bytes");
    const marker = await mark("named");
    for (const path of ["", "&tagging", "&acl", "&attributes"]) {
      const headers = { "x-amz-object-attributes": "ETag" };
      const answer = await sendSigned(s3, {
        method: "GET",
        path: `/${Bucket}/named?versionId=${marker}${path}`,
        headers: path === "&attributes" ? headers : {},
      });
      expect(answer).toMatchObject({
        status: 405,
        headers: { allow: "DELETE", "x-amz-delete-marker": "true", "last-modified": expect.any(String) },
      });
      expect(xmlValue(answer.text, "ResourceType")).toBe("DeleteMarker");
    }
    expect(await send("HEAD", `/named?versionId=${marker}`)).toMatchObject({ status: 405 });
    expect(await send("DELETE", `/named?versionId=${marker}`)).toMatchObject({
      status: 204,
      headers: { "x-amz-delete-marker": "true", "x-amz-version-id": marker },
    });
    expect(await read("named")).toBe("bytes");
  });

  it("has no tags, not even unnamed", async () => {
    await mark("untagged");
    expect(await send("GET", "/untagged?tagging")).toMatchObject({ status: 405, code: "MethodNotAllowed" });
    expect(await send("DELETE", "/untagged?tagging")).toMatchObject({ status: 405 });
  });

  it("is no source of a copy", async () => {
    const marker = await mark("no source");
    const copy = (CopySource: string): Promise<unknown> =>
      client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
    await expect(copy(`${Bucket}/no%20source`)).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(copy(`${Bucket}/no%20source?versionId=${marker}`)).rejects.toMatchObject({
      name: "InvalidRequest",
    });
  });
});

describe("a version's id", () => {
  it.each([
    ["GET", "?versionId=1", 400, "InvalidArgument"],
    ["GET", "?versionId=", 400, "InvalidArgument"],
    ["DELETE", "?versionId=1", 400, "InvalidArgument"],
    ["GET", "?tagging&versionId=1", 400, "InvalidArgument"],
    ["GET", `?versionId=${UNKNOWN_ID}`, 404, "NoSuchVersion"],
    ["GET", "?versionId=null", 404, "NoSuchVersion"],
    ["DELETE", `?versionId=${UNKNOWN_ID}`, 204, undefined],
  ])("in %s /key%s is answered with %i %s", async (method, query, status, code) => {
    await put("key", "bytes");
    expect(await send(method, `/key${query}`)).toMatchObject({ status, code });
  });

  it("of another key is unknown", async () => {
    const versionId = await put("one", "bytes");
    await put("other", "bytes");
    expect(await send("GET", `/other?versionId=${versionId}`)).toMatchObject({ code: "NoSuchVersion" });
    await send("DELETE", `/other?versionId=${versionId}`);
    expect(await send("GET", `/one?versionId=${versionId}`)).toMatchObject({ status: 200 });
  });

  it("is told of the source of a copy, and of the copy", async () => {
    const versionId = await put("source", "bytes");
    const { CopySourceVersionId, VersionId } = await client.send(
      new CopyObjectCommand({ Bucket, Key: "target", CopySource: `${Bucket}/source` }),
    );
    expect(CopySourceVersionId).toBe(versionId);
    expect(await send("HEAD", "/target")).toMatchObject({ headers: { "x-amz-version-id": VersionId } });
  });

  it("that is none fails its own entry among many to delete", async () => {
    const versionId = await put("entry", "bytes");
    const Objects = [
      { Key: "entry", VersionId: "1" },
      { Key: "entry", VersionId: UNKNOWN_ID },
      { Key: "entry", VersionId: versionId },
    ];
    expect(await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).toMatchObject({
      Errors: [{ Key: "entry", VersionId: "1", Code: "NoSuchVersion" }],
      Deleted: Objects.slice(1),
    });
  });
});

describe("a list of versions", () => {
  const list = (query: string) => send("GET", `?versions&prefix=listed/${query}`);
  const ids: string[] = [];

  beforeAll(async () => {
    for (const body of ["1", "2", "3"]) ids.unshift(await put("listed/a", body));
    ids.push(await put("listed/b", "1"));
  });

  it("begins behind all versions of the marked key", async () => {
    const { text } = await list("&key-marker=listed/a");
    expect(text.match(/<VersionId>/g)).toHaveLength(1);
    expect(xmlValue(text, "Key")).toBe("listed/b");
  });

  it("goes on behind a version that was deleted meanwhile", async () => {
    const [newest = "", deleted = "", oldest = ""] = ids;
    await send("DELETE", `/listed/a?versionId=${deleted}`);
    const { text } = await list(`&key-marker=listed/a&version-id-marker=${deleted}`);
    expect([...text.matchAll(/<VersionId>([^<]*)</g)].map(([, id]) => id)).toEqual([oldest, ids[3]]);
    expect(text).not.toContain(newest);
  });

  it.each([
    ["&version-id-marker=null", "A version-id marker cannot be specified without a key marker."],
    ["&key-marker=k&version-id-marker=", "A version-id marker cannot be empty."],
    ["&key-marker=k&version-id-marker=1", "Invalid version id specified"],
  ])("takes no %s", async (query, message) => {
    const { status, code, text } = await list(query);
    expect([status, code, xmlValue(text, "Message")]).toEqual([400, "InvalidArgument", message]);
  });
});

describe("of two uploads of a key", () => {
  it("the one initiated last is current, whichever is completed last", async () => {
    const [first, second] = [await begin("two"), await begin("two")];
    await finish(second, "second");
    await finish(first, "first");
    expect(await read("two")).toBe("second");
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: "two" }));
    expect(Versions.map(({ Size }) => Size)).toEqual(["second".length, "first".length]);
  });

  it("each answers a repeated Complete with its own version", async () => {
    const [first, second] = [await begin("repeated"), await begin("repeated")];
    const one = await finish(first, "first");
    await finish(second, "second");
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: '"8b04d5e3775d298e78455efc5ca404d5"' }] };
    const again = await client.send(new CompleteMultipartUploadCommand({ ...first, MultipartUpload }));
    expect([again.VersionId, again.ETag]).toEqual([one.VersionId, one.ETag]);
  });
});

describe("a condition on CompleteMultipartUpload", () => {
  const conflict = { name: "ConditionalRequestConflict", $metadata: { httpStatusCode: 409 } };

  it("must have held all the time: If-None-Match", async () => {
    await put("absent", "before");
    const target = await begin("absent");
    await expect(finish(target, "x", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await mark("absent");
    await expect(finish(target, "x", { IfNoneMatch: "*" })).rejects.toMatchObject(conflict);
    await finish(await begin("absent"), "x", { IfNoneMatch: "*" });
  });

  it("must have held all the time: If-Match", async () => {
    await put("same", "bytes");
    const target = await begin("same");
    await put("same", "bytes"); // the same ETag
    const IfMatch = '"4b3a6218bb3e3a7303e8a171a60fcf92"';
    await expect(finish(target, "x", { IfMatch: '"other"' })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await expect(finish(target, "x", { IfMatch })).rejects.toMatchObject(conflict);
    await finish(await begin("same"), "x", { IfMatch });
    await finish(target, "without a condition");
  });
});

describe("versioning", () => {
  const configure = (body: string) =>
    send("PUT", "?versioning", `<VersioningConfiguration>${body}</VersioningConfiguration>`);

  it.each([
    ["", 400, "IllegalVersioningConfigurationException"],
    ["<Status>enabled</Status>", 400, "MalformedXML"],
    ["<Status>Disabled</Status>", 400, "MalformedXML"],
    ["<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>", 501, "NotImplemented"],
    ["<Status>Enabled</Status><MfaDelete>Disabled</MfaDelete>", 200, undefined],
  ])("configured by %j is answered with %i %s", async (body, status, code) => {
    expect(await configure(body)).toMatchObject({ status, code });
  });

  it("when suspended gives no id to those who write, and null to those who read", async () => {
    await setStatus("Suspended");
    const answer = await send("PUT", "/suspended", "bytes");
    expect(answer.headers).not.toHaveProperty("x-amz-version-id");
    expect(await send("GET", "/suspended")).toMatchObject({ headers: { "x-amz-version-id": "null" } });
    expect(await send("DELETE", "/suspended")).toMatchObject({
      status: 204,
      headers: { "x-amz-delete-marker": "true", "x-amz-version-id": "null" },
    });
    await setStatus("Enabled");
  });
});
