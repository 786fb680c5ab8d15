import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { createClient, signWithAws4 } from "../testing/s3-under-test.ts";
import { sendRequest, xmlValue } from "../testing/send-request.ts";

let s3: StandIn;
let client: S3Client;
let now = new Date();
const Bucket = "test-bucket";
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text); // no content-type

beforeAll(async () => {
  s3 = await openStandIn({ clock: () => now });
  client = createClient(s3);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

const put = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: "PUT", body: bytes(body), headers });

describe("a presigned URL of the SDK", () => {
  it.each(["WHEN_REQUIRED", "WHEN_SUPPORTED"] as const)(
    "uploads and downloads, made with checksums %s",
    async (mode) => {
      const signer = createClient(s3, { requestChecksumCalculation: mode, responseChecksumValidation: mode });
      const Key = `odd key+${mode}/한글 "'%2F.txt`;
      const upload = await put(await getSignedUrl(signer, new PutObjectCommand({ Bucket, Key })), "hello");
      expect([upload.status, upload.headers.get("etag")]).toEqual([
        200,
        '"5d41402abc4b2a76b9719d911017c592"',
      ]);
      const download = await fetch(await getSignedUrl(signer, new GetObjectCommand({ Bucket, Key })));
      expect(await download.text()).toBe("hello");
      signer.destroy();
    },
  );

  it("ignores the checksum of nothing that the SDK puts into its query", async () => {
    const signer = createClient(s3, { requestChecksumCalculation: "WHEN_SUPPORTED" });
    const url = await getSignedUrl(signer, new PutObjectCommand({ Bucket, Key: "hoisted" }));
    expect(url).toContain("x-amz-checksum-crc32=AAAAAA");
    expect((await put(url, "not empty")).status).toBe(200);
    signer.destroy();
  });

  it("carries user metadata in its query", async () => {
    const url = await getSignedUrl(
      client,
      new PutObjectCommand({ Bucket, Key: "meta", Metadata: { name: "a b" } }),
    );
    expect(url).toContain("x-amz-meta-name=a%20b");
    await put(url, "x");
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "meta" }));
    expect(head.Metadata).toEqual({ name: "a b" });
  });

  it("carries no metadata there that a header could not hold", async () => {
    const Metadata = { name: "a\r\nb" };
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "meta-control", Metadata }));
    expect(xmlValue(await (await put(url, "x")).text(), "Code")).toBe("InvalidArgument");
  });

  it("enforces a checksum, a length and a condition that it signs", async () => {
    const ChecksumCRC32 = "NhCmhg=="; // of "hello"
    const url = await getSignedUrl(
      client,
      new PutObjectCommand({ Bucket, Key: "pinned", ChecksumCRC32, ContentLength: 5, IfNoneMatch: "*" }),
      { unhoistableHeaders: new Set(["x-amz-checksum-crc32"]) },
    );
    const headers = { "x-amz-checksum-crc32": ChecksumCRC32, "if-none-match": "*" };
    const codeOf = async (response: Response): Promise<string | undefined> =>
      xmlValue(await response.text(), "Code");
    expect(await codeOf(await put(url, "hello", { "if-none-match": "*" }))).toBe("SignatureDoesNotMatch");
    expect(await codeOf(await put(url, "hello!", headers))).toBe("SignatureDoesNotMatch");
    expect(await codeOf(await put(url, "jello", headers))).toBe("BadDigest");
    expect((await put(url, "hello", headers)).status).toBe(200);
    expect(await codeOf(await put(url, "hello", headers))).toBe("PreconditionFailed");
  });

  it("uploads a part, whose checksum is told where the upload names one", async () => {
    const target = { Bucket, Key: "part" };
    const upload = async (input: { ChecksumAlgorithm?: "CRC64NVME" }): Promise<Response> => {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ...input }));
      return put(
        await getSignedUrl(client, new UploadPartCommand({ ...target, UploadId, PartNumber: 1 })),
        "x",
      );
    };
    const named = await upload({ ChecksumAlgorithm: "CRC64NVME" });
    expect(named.status).toBe(200);
    expect(named.headers.get("x-amz-checksum-crc64nvme")).toMatch(/^.{11}=$/);
    expect((await upload({})).headers.has("x-amz-checksum-crc64nvme")).toBe(false);
  });

  it("dies at its time", async () => {
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "meta" }), { expiresIn: 60 });
    expect((await fetch(url)).status).toBe(200);
    now = new Date(Date.now() + 61_000);
    const response = await fetch(url);
    now = new Date();
    const xml = await response.text();
    expect([response.status, xmlValue(xml, "Message"), xmlValue(xml, "X-Amz-Expires")]).toEqual([
      403,
      "Request has expired",
      "60",
    ]);
  });
});

it("a URL of another signer, for a virtual-hosted address, is believed too", async () => {
  const host = `${Bucket}.localhost:${s3.aws.port}`;
  const { path } = signWithAws4(
    { ...s3, endpoint: `http://${host}` },
    { method: "PUT", path: "/virtual/k", signQuery: true },
  );
  const answer = await sendRequest({
    endpoint: s3.endpoint,
    method: "PUT",
    path,
    headers: { host },
    body: "x",
  });
  expect(answer.status).toBe(200);
  expect((await client.send(new HeadObjectCommand({ Bucket, Key: "virtual/k" }))).ContentType).toBe(
    "binary/octet-stream",
  );
});
