import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetObjectAclCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  type ListBucketsCommandInput,
  PutBucketAclCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";
import { xmlValue } from "../../testing/send-request.ts";

const Bucket = "test-bucket";

let s3: StandIn;
let client: S3Client;

beforeAll(async () => {
  s3 = await openStandIn({ region: "eu-west-1" });
  client = createClient(s3);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

const create = (name: string, input: object = {}): Promise<unknown> =>
  client.send(
    new CreateBucketCommand({
      Bucket: name,
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      ...input,
    }),
  );

describe("a bucket", () => {
  it("is where the stand-in says to be", async () => {
    const location = await client.send(new GetBucketLocationCommand({ Bucket }));
    expect(location.LocationConstraint).toBe("eu-west-1");
    await using usual = await openUsual();
    const answer = await sendSigned(usual, { method: "GET", path: `/${Bucket}?location` });
    expect(answer.text).toMatch(/<LocationConstraint xmlns="[^"]+"><\/LocationConstraint>$/);
  });

  it.each([
    ["ap-south-1", "IllegalLocationConstraintException"],
    ["us-east-1", "InvalidLocationConstraint"],
    ["nowhere", "InvalidLocationConstraint"],
  ])("is not made in %s: %s", async (LocationConstraint, name) => {
    const elsewhere = { CreateBucketConfiguration: { LocationConstraint } };
    await expect(create("elsewhere", elsewhere)).rejects.toMatchObject({ name });
    const answer = await sendSigned(s3, { method: "PUT", path: "/elsewhere" });
    expect(xmlValue(answer.text, "Code")).toBe("IllegalLocationConstraintException");
  });

  it.each([
    "xn--abc",
    "sthree-abc",
    "amzn-s3-demo-abc",
    "abc-s3alias",
    "abc--ol-s3",
    "abc.mrap",
    "abc--table-s3",
  ])("is not called %s, since S3 keeps such names for itself", async (name) => {
    await expect(create(name)).rejects.toMatchObject({ name: "InvalidBucketName" });
  });

  it("encrypts all objects, and says so with each of them", async () => {
    const { ServerSideEncryptionConfiguration } = await client.send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    expect(ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false },
    ]);
    const target = { Bucket, Key: "encrypted" };
    const put = await client.send(
      new PutObjectCommand({ ...target, Body: "bytes", ServerSideEncryption: "AES256" }),
    );
    const head = await client.send(new HeadObjectCommand(target));
    const upload = await client.send(new CreateMultipartUploadCommand(target));
    const { UploadId } = upload;
    const part = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: "x" }));
    for (const answer of [put, head, upload, part]) expect(answer.ServerSideEncryption).toBe("AES256");
  });

  it("is gone with the parts of its uploads", async () => {
    await create("with-uploads");
    const target = { Bucket: "with-uploads", Key: "k" };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
    const files = (): Promise<string[]> => readdir(join(s3.dataDir, "blobs"));
    const before = await files();
    await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: "x" }));
    await client.send(new DeleteBucketCommand({ Bucket: "with-uploads" }));
    expect(await files()).toEqual(before);
  });

  it("is made with no other access than its owner's", async () => {
    await create("owned", { ACL: "private", ObjectOwnership: "BucketOwnerEnforced" });
    await expect(create("public", { ACL: "public-read" })).rejects.toMatchObject({
      name: "InvalidBucketAclWithObjectOwnership",
    });
    await expect(create("writers", { ObjectOwnership: "ObjectWriter" })).rejects.toMatchObject({
      name: "NotImplemented",
    });
  });
});

describe("access control lists", () => {
  it("are disabled", async () => {
    const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
  });

  it("may be set to what they are", async () => {
    const target = { Bucket, Key: "acl" };
    await client.send(new PutObjectCommand({ ...target, Body: "x", ACL: "bucket-owner-full-control" }));
    await client.send(new PutObjectAclCommand({ ...target, ACL: "bucket-owner-full-control" }));
    const ID = "0".repeat(64);
    const Grants = [{ Grantee: { Type: "CanonicalUser" as const, ID }, Permission: "FULL_CONTROL" as const }];
    const AccessControlPolicy = { Owner: { ID }, Grants };
    await client.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy }));
    expect(await client.send(new GetObjectAclCommand(target))).toMatchObject(AccessControlPolicy);
  });

  it("may be set to nothing else", async () => {
    const refused = { name: "AccessControlListNotSupported", $metadata: { httpStatusCode: 400 } };
    await expect(client.send(new PutBucketAclCommand({ Bucket, ACL: "private" }))).rejects.toMatchObject(
      refused,
    );
    const Grants = [
      { Grantee: { Type: "CanonicalUser" as const, ID: "1" }, Permission: "FULL_CONTROL" as const },
    ];
    await expect(
      client.send(
        new PutObjectAclCommand({ Bucket, Key: "acl", AccessControlPolicy: { Owner: { ID: "1" }, Grants } }),
      ),
    ).rejects.toMatchObject(refused);
  });
});

describe("the expected owner of a bucket", () => {
  const ask = async (method: string, path: string, owner: string) => {
    const answer = await sendSigned(s3, { method, path, headers: { "x-amz-expected-bucket-owner": owner } });
    return [answer.status, xmlValue(answer.text, "Code")];
  };

  it.each([
    ["GET", `/${Bucket}`],
    ["GET", `/${Bucket}?versioning`],
    ["GET", `/${Bucket}/encrypted`],
    ["DELETE", `/${Bucket}/encrypted`],
    ["PUT", "/new-bucket"],
  ])("must own it: %s %s", async (method, path) => {
    expect(await ask(method, path, "111111111111")).toEqual([403, "AccessDenied"]);
  });

  it("is this account", async () => {
    expect(await ask("GET", `/${Bucket}`, "000000000000")).toEqual([200, undefined]);
    expect(await ask("GET", `/${Bucket}`, "0")).toEqual([400, "InvalidBucketOwnerAWSAccountID"]);
    expect(await ask("GET", "/absent-bucket", "111111111111")).toEqual([404, "NoSuchBucket"]);
    expect(await ask("GET", "/", "000000000000")).toEqual([501, "NotImplemented"]); // there is no bucket
  });
});

describe("the list of buckets", () => {
  beforeAll(async () => {
    for (const name of ["page-a", "page-b", "page-c", "pagf"]) await create(name);
  });

  const pages = async (input: ListBucketsCommandInput) => {
    const found: (string | undefined)[][] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListBucketsCommand({ ...input, ...(token === undefined ? {} : { ContinuationToken: token }) }),
      );
      found.push((page.Buckets ?? []).map(({ Name }) => Name));
      token = page.ContinuationToken;
    } while (token !== undefined);
    return found;
  };

  it("comes in pages below a prefix", async () => {
    expect(await pages({ Prefix: "page", MaxBuckets: 2 })).toEqual([["page-a", "page-b"], ["page-c"]]);
    expect(await pages({ Prefix: "page", MaxBuckets: 3 })).toEqual([["page-a", "page-b", "page-c"]]);
    expect((await pages({ MaxBuckets: 1 })).flat()).toEqual((await pages({})).flat());
  });

  it("tells the region to those who ask for a part of it", async () => {
    const { Buckets, Prefix } = await client.send(new ListBucketsCommand({ Prefix: "page-a" }));
    expect([Buckets, Prefix]).toMatchObject([[{ Name: "page-a", BucketRegion: "eu-west-1" }], "page-a"]);
    const all = await client.send(new ListBucketsCommand({}));
    expect(all.Buckets?.every(({ BucketRegion }) => BucketRegion === undefined)).toBe(true);
  });

  it("holds no bucket of another region", async () => {
    expect((await pages({ BucketRegion: "eu-west-1", Prefix: "pagf" })).flat()).toEqual(["pagf"]);
    await expect(pages({ BucketRegion: "us-west-2" })).rejects.toMatchObject({ name: "InvalidArgument" });
  });

  it.each(["max-buckets=0", "max-buckets=10001", "max-buckets=x", "continuation-token=made%20up"])(
    "takes no %s",
    async (query) => {
      const answer = await sendSigned(s3, { method: "GET", path: `/?${query}` });
      expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([400, "InvalidArgument"]);
    },
  );
});

async function openUsual(): Promise<StandIn & AsyncDisposable> {
  const opened = await openStandIn();
  return { ...opened, [Symbol.asyncDispose]: opened.close };
}
