import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";

const Bucket = "test-bucket";
const md5 = (text: string, encoding: "hex" | "base64") => createHash("md5").update(text).digest(encoding);

describe("a store that ignores checksums", () => {
  let s3: StandIn;
  let client: S3Client;
  /** All that came back but the bytes of objects. */
  const answers: string[] = [];

  beforeAll(async () => {
    s3 = await openStandIn({ checksums: "ignored" });
    client = createClient(s3, { requestChecksumCalculation: "WHEN_SUPPORTED" });
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const withoutBytes = (name: string, value: unknown) => (name === "Body" ? undefined : value);
        answers.push(JSON.stringify(result.output, withoutBytes));
        return result;
      },
      { step: "initialize" },
    );
  });
  afterAll(async () => {
    client.destroy();
    await s3.close();
  });

  it("takes wrong ones, and answers with none, whatever is asked", async () => {
    const put = { Bucket, Key: "put", Body: "hello", ChecksumCRC64NVME: "AAAAAAAAAAA=" };
    const { ETag } = await client.send(new PutObjectCommand(put));
    expect(ETag).toBe(`"${md5("hello", "hex")}"`);
    const checked = { Bucket, Key: "put", ChecksumMode: "ENABLED" } as const;
    await client.send(new HeadObjectCommand(checked));
    const { Body, ChecksumCRC64NVME } = await client.send(new GetObjectCommand(checked));
    expect([await Body?.transformToString(), ChecksumCRC64NVME]).toEqual(["hello", undefined]);
    await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/put` }));
    const attributes = { Bucket, Key: "put", ObjectAttributes: ["Checksum" as const, "ETag" as const] };
    expect((await client.send(new GetObjectAttributesCommand(attributes))).ETag).toBe(md5("hello", "hex"));
    const parts = { Bucket, Key: "parts" };
    const named = { ...parts, ChecksumAlgorithm: "CRC64NVME", ChecksumType: "FULL_OBJECT" } as const;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(named));
    const upload = { ...parts, UploadId };
    const part = { ...upload, PartNumber: 1, Body: "hello", ChecksumCRC64NVME: "AAAAAAAAAAA=" };
    await client.send(new UploadPartCommand(part));
    await client.send(new ListMultipartUploadsCommand({ Bucket }));
    const { Parts = [] } = await client.send(new ListPartsCommand(upload));
    expect(Parts).toMatchObject([{ PartNumber: 1, Size: 5, ETag: `"${md5("hello", "hex")}"` }]);
    const whole = { ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: Parts[0]?.ETag }] } };
    await client.send(new CompleteMultipartUploadCommand({ ...whole, ChecksumCRC64NVME: "AAAAAAAAAAA=" }));
    await client.send(new ListObjectsV2Command({ Bucket }));
    expect(answers.filter((answer) => /checksum/i.test(answer))).toEqual([]);
  });

  it("checks Content-MD5", async () => {
    const send = (contentMd5: string) =>
      sendSigned(s3, {
        method: "PUT",
        path: `/${Bucket}/checked`,
        headers: { "content-md5": contentMd5, "x-amz-checksum-crc32": "no base64" },
        body: "hello",
      });
    expect((await send(md5("hello", "base64"))).status).toBe(200);
    expect(await send(md5("hallo", "base64"))).toMatchObject({ status: 400 });
  });
});

describe("a store that refuses checksums", () => {
  it("names the header, and takes what has none", async () => {
    const s3 = await openStandIn({ checksums: "refused" });
    const send = (method: string, headers: Record<string, string>) =>
      sendSigned(s3, { method, path: `/${Bucket}/object`, headers, body: method === "PUT" ? "hello" : "" });
    expect(await send("PUT", { "x-amz-checksum-crc64nvme": "AAAAAAAAAAA=" })).toMatchObject({
      status: 400,
      text: expect.stringMatching(/<Code>InvalidArgument.*x-amz-checksum-crc64nvme/) as string,
    });
    expect(await send("PUT", {})).toMatchObject({ status: 200 });
    expect((await send("GET", { "x-amz-checksum-mode": "ENABLED" })).status).toBe(400);
    expect(await send("GET", {})).toMatchObject({ status: 200, text: "hello" });
    await s3.close();
  });
});
