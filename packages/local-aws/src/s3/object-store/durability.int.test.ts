import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type ClientRequest, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLocalAws } from "../../create-local-aws.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, signWithAws4 } from "../../testing/s3-under-test.ts";

const Bucket = "test-bucket";
const MiB = 1024 ** 2;

const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 10_000 });

/** Begin an upload and send half of it. */
async function uploadHalf(s3: StandIn, path: string): Promise<ClientRequest> {
  const half = Buffer.alloc(2 * MiB);
  const { path: signedPath } = signWithAws4(s3, { method: "PUT", path, signQuery: true });
  const request = httpRequest(`${s3.endpoint}${signedPath}`, {
    method: "PUT",
    headers: { "content-length": 2 * half.length },
  });
  request.on("error", () => {}); // the tests end it early
  await new Promise<void>((resolve) => request.write(half, () => resolve()));
  return request;
}

describe("a stand-in", () => {
  let s3: StandIn;
  const blobs = (): Promise<string[]> => readdir(join(s3.dataDir, "blobs"));

  beforeEach(async () => {
    s3 = await openStandIn();
  });
  afterEach(() => s3.close());

  it("publishes nothing and leaves no file of an upload that broke off", async () => {
    const request = await uploadHalf(s3, `/${Bucket}/torn`);
    await eventually(async () => expect(await blobs()).toHaveLength(1));
    request.destroy();
    await eventually(async () => expect(await blobs()).toHaveLength(0));
    const client = createClient(s3);
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    client.destroy();
  });

  it("answers a part with NoSuchUpload whose upload was aborted meanwhile, and keeps no file", async () => {
    const client = createClient(s3);
    const { UploadId = "" } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "k" }));
    const request = await uploadHalf(s3, `/${Bucket}/k?partNumber=1&uploadId=${UploadId}`);
    await eventually(async () => expect(await blobs()).toHaveLength(1));
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key: "k", UploadId }));
    const answered = once(request, "response");
    request.end(Buffer.alloc(2 * MiB));
    const [response] = await answered;
    expect(response.statusCode).toBe(404);
    response.resume();
    await eventually(async () => expect(await blobs()).toHaveLength(0));
    client.destroy();
  });

  it("gives a reader the object it began with, though it is replaced and deleted", async () => {
    const client = createClient(s3);
    const Body = Buffer.alloc(32 * MiB, "old");
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "k" }));
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "new" }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    expect(await blobs()).toHaveLength(1);
    expect(Body.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    await eventually(async () => expect(await blobs()).toHaveLength(0));
    client.destroy();
  });

  it("keeps everything over a restart, and clears away what nothing refers to", async () => {
    const client = createClient(s3);
    await client.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "bytes", Metadata: { a: "b" } }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "mp" }));
    await client.send(new UploadPartCommand({ Bucket, Key: "mp", UploadId, PartNumber: 1, Body: "part" }));
    client.destroy();
    await s3.aws.close();
    await writeFile(join(s3.dataDir, "blobs", "orphan"), "of a crash");

    await using again = await createLocalAws({ dataDir: s3.dataDir });
    expect(again.credentials).toEqual(s3.credentials);
    const newClient = createClient({ ...s3, endpoint: again.endpoint });
    const got = await newClient.send(new GetObjectCommand({ Bucket, Key: "kept" }));
    expect([await got.Body?.transformToString(), got.Metadata]).toEqual(["bytes", { a: "b" }]);
    const { Parts } = await newClient.send(new ListPartsCommand({ Bucket, Key: "mp", UploadId }));
    expect(Parts).toMatchObject([{ PartNumber: 1, Size: 4 }]);
    expect(await blobs()).toHaveLength(2);
    newClient.destroy();
  });

  it("keeps the bytes of copies until the last of them is gone", async () => {
    const client = createClient(s3);
    const copy = (Key: string, CopySource: string, input: object = {}): Promise<unknown> =>
      client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${CopySource}`, ...input }));
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "bytes" }));
    await copy("b", "a");
    await copy("a", "a", { MetadataDirective: "REPLACE" });
    await copy("b", "a"); // once more over itself, by way of the source
    expect(await blobs()).toHaveLength(1);
    await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await s3.aws.close();

    await using again = await createLocalAws({ dataDir: s3.dataDir });
    const newClient = createClient({ ...s3, endpoint: again.endpoint });
    const got = await newClient.send(new GetObjectCommand({ Bucket, Key: "b" }));
    expect(await got.Body?.transformToString()).toBe("bytes");
    await newClient.send(new PutObjectCommand({ Bucket, Key: "b", Body: "other" }));
    expect(await blobs()).toHaveLength(1);
    await newClient.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "b" }] } }));
    expect(await blobs()).toHaveLength(0);
    client.destroy();
    newClient.destroy();
  });

  it("copies bytes that were there at one moment, though the source is written all the time", async () => {
    const client = createClient(s3);
    const write = (count: number): Promise<unknown> =>
      client.send(new PutObjectCommand({ Bucket, Key: "busy", Body: Buffer.alloc(MiB, `${count}`) }));
    await write(0);
    const done = new AbortController();
    const copying = async (): Promise<void> => {
      for (let copies = 0; copies < 12; copies += 1) {
        const input = { Bucket, Key: `copy-${copies}`, CopySource: `${Bucket}/busy` };
        const { CopyObjectResult } = await client.send(
          new CopyObjectCommand({ ...input, ChecksumAlgorithm: "SHA256" }),
        );
        const got = await client.send(new GetObjectCommand({ Bucket, Key: input.Key }));
        const bytes = (await got.Body?.transformToByteArray()) ?? Buffer.alloc(0);
        expect(createHash("sha256").update(bytes).digest("base64")).toBe(CopyObjectResult?.ChecksumSHA256);
        expect(`"${createHash("md5").update(bytes).digest("hex")}"`).toBe(CopyObjectResult?.ETag);
      }
    };
    const writing = async (): Promise<void> => {
      for (let count = 1; !done.signal.aborted; count += 1) await write(count % 10);
    };
    await Promise.all([copying().finally(() => done.abort()), writing()]);
    client.destroy();
  });

  it("keeps its credentials from other users", async () => {
    const path = join(s3.dataDir, "credentials.json");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual(s3.credentials);
  });

  it("shares neither its port nor its folder", async () => {
    const other = { dataDir: join(s3.dataDir, "other"), port: s3.aws.port };
    await expect(createLocalAws(other)).rejects.toMatchObject({ code: "EADDRINUSE" });
    await expect(createLocalAws({ dataDir: s3.dataDir })).rejects.toThrow(
      /another process uses .*s3\.sqlite/,
    );
  });

  it("closes while a client still uploads", async () => {
    await uploadHalf(s3, `/${Bucket}/torn`);
    await eventually(async () => expect(await blobs()).toHaveLength(1));
    await s3.aws.close();
    expect(await blobs()).toHaveLength(0);
  });
});

it("an object that was acknowledged is whole after kill -9 in the middle of writes", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "local-aws-kill-"));
  const script = fileURLToPath(new URL("../../testing/run-stand-in.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  const [endpoint] = await once(createInterface(child.stdout), "line");
  const credentials = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"));
  const s3 = {
    endpoint: String(endpoint),
    region: "us-east-1",
    credentials,
    bucket: Bucket,
    close: async () => {},
  };
  const client = createClient(s3);
  const acknowledged = new Set<string>();
  const write = async (worker: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      const Key = `${worker}/${count}`;
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key.repeat(50_000) }));
      acknowledged.add(Key);
      if (acknowledged.size === 40) child.kill("SIGKILL");
    }
  };
  await Promise.allSettled([write(1), write(2), write(3), write(4)]);
  client.destroy();

  await using again = await createLocalAws({ dataDir });
  const survivor = createClient({ ...s3, endpoint: again.endpoint });
  const { Contents = [] } = await survivor.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual(expect.arrayContaining([...acknowledged]));
  for (const { Key = "" } of Contents) {
    const got = await survivor.send(new GetObjectCommand({ Bucket, Key }));
    expect((await got.Body?.transformToString()) === Key.repeat(50_000)).toBe(true);
  }
  expect(await readdir(join(dataDir, "blobs"))).toHaveLength(Contents.length);
  survivor.destroy();
  await again.close();
  await rm(dataDir, { recursive: true });
});
