import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLocalAws, type LocalAws } from "../../create-local-aws.ts";
import { OLD_PART_ETAG, writeOldFolder } from "../../testing/format-2.ts";
import { createClient } from "../../testing/s3-under-test.ts";

const Bucket = "test-bucket";

/** All that SQLite says of the tables, which must not tell where they come from. */
function schemaOf(dataDir: string): unknown {
  const database = new DatabaseSync(join(dataDir, "s3.sqlite"));
  const schema = database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").all();
  const version = database.prepare("PRAGMA user_version").get();
  const violations = database.prepare("PRAGMA foreign_key_check").all();
  database.close();
  return { schema, version, violations };
}

describe.each([1, 2] as const)("a folder of format %i", (format) => {
  let dataDir: string;
  let aws: LocalAws;
  let client: S3Client;

  const open = async (): Promise<void> => {
    aws = await createLocalAws({ dataDir });
    client = createClient({ ...aws, bucket: Bucket, close: async () => {} });
  };
  const close = async (): Promise<void> => {
    client.destroy();
    await aws.close();
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "local-aws-old-"));
    await writeOldFolder(dataDir, format);
    await open();
  });
  afterEach(async () => {
    await close();
    await rm(dataDir, { recursive: true });
  });

  const read = async (Key: string, input: object = {}): Promise<string | undefined> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...input }));
    return Body?.transformToString();
  };
  const blobs = (): Promise<string[]> => readdir(join(dataDir, "blobs"));

  it("keeps its objects, after a second start too", async () => {
    for (const _start of ["first", "second"]) {
      expect([await read("single"), await read("copy"), await read("parts")]).toEqual([
        "hello",
        "hello",
        "firstend",
      ]);
      await close();
      await open();
    }
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "single" }));
    expect(got).toMatchObject({ ContentType: "text/plain", LastModified: new Date(3000) });
    await got.Body?.transformToString();
    expect(await blobs()).toHaveLength(4);
  });

  it("keeps the CORS rules of its buckets", async () => {
    const { CORSRules } = await client.send(new GetBucketCorsCommand({ Bucket: "with-cors" }));
    expect(CORSRules).toEqual([{ AllowedOrigins: ["*"], AllowedMethods: ["GET"] }]);
    await expect(client.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
      name: "NoSuchCORSConfiguration",
    });
  });

  it("lets its uploads go on", async () => {
    await client.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key: "pending",
        UploadId: "upload-1",
        MultipartUpload: { Parts: [{ PartNumber: 3, ETag: OLD_PART_ETAG }] },
      }),
    );
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "pending" }));
    expect([await got.Body?.transformToString(), got.Metadata]).toEqual(["part", { a: "b" }]);
  });

  it("knows the parts of its objects, but not their checksums", async () => {
    expect(await read("parts", { PartNumber: 2, ChecksumMode: "ENABLED" })).toBe("end");
    const { ObjectParts } = await client.send(
      new GetObjectAttributesCommand({ Bucket, Key: "parts", ObjectAttributes: ["ObjectParts"] }),
    );
    expect(ObjectParts?.Parts).toEqual([
      { PartNumber: 1, Size: 5 },
      { PartNumber: 2, Size: 3 },
    ]);
  });

  it("has null versions, behind which new ones come", async () => {
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: "single", Body: "new" }));
    const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: "single" }));
    expect(Versions).toMatchObject([
      { VersionId, IsLatest: true },
      { VersionId: "null", IsLatest: false },
    ]);
    expect(await read("single", { VersionId: "null" })).toBe("hello");
  });

  it("shares the bytes of copies until the last is gone", async () => {
    await client.send(new DeleteObjectCommand({ Bucket, Key: "single" }));
    expect(await read("copy")).toBe("hello");
    await client.send(new DeleteObjectCommand({ Bucket, Key: "copy" }));
    expect(await blobs()).not.toContain("blob-1");
  });

  it("cannot be told from a new one", async () => {
    await close();
    const fresh = await mkdtemp(join(tmpdir(), "local-aws-new-"));
    await (await createLocalAws({ dataDir: fresh })).close();
    expect(schemaOf(dataDir)).toEqual(schemaOf(fresh));
    await rm(fresh, { recursive: true });
    await open();
  });
});

it("a folder of a later format is refused, and left as it is", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "local-aws-later-"));
  const path = join(dataDir, "s3.sqlite");
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 99");
  database.close();
  await expect(createLocalAws({ dataDir })).rejects.toThrow(/s3\.sqlite has format 99/);
  await rm(dataDir, { recursive: true });
});
