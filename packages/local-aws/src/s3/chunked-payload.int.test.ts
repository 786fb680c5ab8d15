import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChunkedRequest, sendChunked } from "../testing/chunk-body.ts";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { createClient, sendSigned, signWithAws4 } from "../testing/s3-under-test.ts";
import { type ReceivedResponse, sendRequest, xmlValue } from "../testing/send-request.ts";

let s3: StandIn;
let client: S3Client;
const Bucket = "test-bucket";
const CHUNKS = [Buffer.alloc(65_536, "a"), Buffer.alloc(1024, "b")];
const DATA = Buffer.concat(CHUNKS);
const TRAILER = `x-amz-checksum-crc32:${crc32Base64(DATA)}`;

beforeAll(async () => {
  s3 = await openStandIn();
  const ignore = (): void => {}; // that a stream cannot be sent again is known here
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  client = createClient(s3, { requestChecksumCalculation: "WHEN_SUPPORTED", logger });
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

function crc32Base64(bytes: Buffer): string {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(bytes));
  return digest.toString("base64");
}

const md5ETag = (bytes: Buffer): string => `"${createHash("md5").update(bytes).digest("hex")}"`;

const send = (request: Partial<ChunkedRequest>): Promise<ReceivedResponse> =>
  sendChunked(s3, { path: `/${Bucket}/k`, form: "PAYLOAD", chunks: CHUNKS, ...request });

async function isStored(key: string): Promise<boolean> {
  return (await sendSigned(s3, { method: "HEAD", path: `/${Bucket}/${key}` })).status === 200;
}

describe("a stream that the SDK sends in its default mode", () => {
  /** Pieces of 64 KiB, as from a file. */
  const toStream = (bytes: Buffer): Readable =>
    Readable.from(
      Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) =>
        bytes.subarray(index * 65_536, (index + 1) * 65_536),
      ),
      { objectMode: false },
    );

  it("becomes an object of the decoded bytes, with the checksum of the trailer", async () => {
    const bytes = Buffer.alloc(3 * 1024 ** 2 + 17, "stream ");
    let sent: Record<string, string> = {};
    client.middlewareStack.add(
      (next) => (args) => {
        sent = (args.request as { headers: Record<string, string> }).headers;
        return next(args);
      },
      { step: "finalizeRequest", priority: "low", name: "look", override: true },
    );
    const put = await client.send(
      new PutObjectCommand({ Bucket, Key: "sdk", Body: toStream(bytes), ContentLength: bytes.length }),
    );
    client.middlewareStack.remove("look");
    expect(sent).toMatchObject({
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-trailer": "x-amz-checksum-crc32",
    });
    expect(put).toMatchObject({ ChecksumCRC32: crc32Base64(bytes), ETag: md5ETag(bytes) });
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "sdk", ChecksumMode: "ENABLED" }));
    expect(got).toMatchObject({ ContentLength: bytes.length, ChecksumCRC32: crc32Base64(bytes) });
    expect(got.ContentEncoding).toBeUndefined();
    expect(bytes.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  });

  it("keeps the other content encodings", async () => {
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: "gzip",
        Body: toStream(DATA),
        ContentLength: DATA.length,
        ContentEncoding: "gzip",
      }),
    );
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "gzip" }));
    expect(head).toMatchObject({ ContentEncoding: "gzip", ContentLength: DATA.length });
  });

  it("becomes a part, in an upload of this and of another checksum", async () => {
    for (const named of [{}, { ChecksumAlgorithm: "CRC32" as const }]) {
      const Key = "sdk-part";
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...named }));
      const target = { Bucket, Key, UploadId, PartNumber: 1 };
      const part = await client.send(
        new UploadPartCommand({ ...target, Body: toStream(DATA), ContentLength: DATA.length }),
      );
      expect(part).toMatchObject({ ETag: md5ETag(DATA), ChecksumCRC32: crc32Base64(DATA) });
      const { ETag } = part;
      const listed = named.ChecksumAlgorithm === undefined ? {} : { ChecksumCRC32: part.ChecksumCRC32 };
      const Parts = [{ PartNumber: 1, ETag, ...listed }];
      await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
      const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
      expect(head.ContentLength).toBe(DATA.length);
    }
  });

  it("is refused when its pieces are under 8 KiB, which Amazon does not take either", async () => {
    const pieces = Readable.from([Buffer.from("small"), Buffer.from("pieces")], { objectMode: false });
    await expect(
      client.send(new PutObjectCommand({ Bucket, Key: "small", Body: pieces, ContentLength: 11 })),
    ).rejects.toMatchObject({ name: "InvalidChunkSizeError", Chunk: "2", BadChunkSize: "5" });
  });
});

describe("a chunked payload signed by hand", () => {
  it.each([
    ["PAYLOAD", undefined],
    ["PAYLOAD-TRAILER", TRAILER],
    ["UNSIGNED", TRAILER],
    ["UNSIGNED", undefined],
  ] as const)("is stored decoded: %s, trailer %s", async (form, trailer) => {
    const answer = await send({ form, ...(trailer === undefined ? {} : { trailer }) });
    expect([answer.status, answer.headers["etag"]]).toEqual([200, md5ETag(DATA)]);
    const got = await sendSigned(s3, { method: "GET", path: `/${Bucket}/k` });
    expect(got.headers).not.toHaveProperty("content-encoding");
    expect(got.bytes.equals(DATA)).toBe(true);
  });

  it("may be empty, and may be one large chunk", async () => {
    const large = Buffer.alloc(8 * 1024 ** 2, "l");
    expect((await send({ chunks: [] })).headers["etag"]).toBe(md5ETag(Buffer.alloc(0)));
    expect((await send({ chunks: [large] })).headers["etag"]).toBe(md5ETag(large));
  });

  it("is checked against Content-MD5 and a checksum header, both of the decoded bytes", async () => {
    const md5 = createHash("md5").update(DATA).digest("base64");
    const headers = { "content-md5": md5, "x-amz-checksum-crc32": crc32Base64(DATA) };
    expect((await send({ headers })).status).toBe(200);
    const wrong = await send({ headers: { "x-amz-checksum-crc32": "AAAAAA==" } });
    expect(xmlValue(wrong.text, "Code")).toBe("BadDigest");
  });

  const flip = (place: number) => (body: Buffer) => {
    const index = place < 0 ? body.length + place : place;
    body[index] = (body[index] ?? 0) ^ 1;
    return body;
  };
  const refusals: [title: string, code: string, request: Partial<ChunkedRequest>][] = [
    ["a changed octet", "SignatureDoesNotMatch", { change: flip(40_000) }],
    ["a changed octet of the last chunk", "SignatureDoesNotMatch", { change: flip(66_000) }],
    ["a changed chunk signature", "SignatureDoesNotMatch", { change: flip(30) }],
    [
      "a changed trailer signature",
      "SignatureDoesNotMatch",
      { form: "PAYLOAD-TRAILER", trailer: TRAILER, change: flip(-10) },
    ],
    [
      "a trailer that is wrong, though signed",
      "BadDigest",
      { form: "PAYLOAD-TRAILER", trailer: "x-amz-checksum-crc32:AAAAAA==" },
    ],
    ["a wrong trailer", "BadDigest", { form: "UNSIGNED", trailer: "x-amz-checksum-crc32:AAAAAA==" }],
    [
      "a trailer of another length",
      "InvalidRequest",
      { form: "UNSIGNED", trailer: "x-amz-checksum-crc32:AA==" },
    ],
    ["an unknown trailer", "InvalidRequest", { form: "UNSIGNED", trailer: "x-amz-meta-a:b" }],
    [
      "a trailer that was not announced",
      "MalformedTrailerError",
      { form: "UNSIGNED", trailer: TRAILER, headers: { "x-amz-trailer": "x-amz-checksum-sha1" } },
    ],
    [
      "an announced trailer that does not come",
      "MalformedTrailerError",
      { form: "UNSIGNED", headers: { "x-amz-trailer": "x-amz-checksum-crc32" } },
    ],
    [
      "a trailer where the form has none",
      "InvalidRequest",
      { headers: { "x-amz-trailer": "x-amz-checksum-crc32" } },
    ],
    [
      "a checksum both ahead and behind",
      "InvalidRequest",
      { form: "UNSIGNED", trailer: TRAILER, headers: { "x-amz-checksum-crc32": crc32Base64(DATA) } },
    ],
    ["a body cut short", "IncompleteBody", { change: (body) => body.subarray(0, 50_000) }],
    ["a missing end", "IncompleteBody", { change: (body) => body.subarray(0, -2) }],
    [
      "too large a length",
      "IncompleteBody",
      { headers: { "x-amz-decoded-content-length": DATA.length + 1 } },
    ],
    [
      "too small a length",
      "IncompleteBody",
      { headers: { "x-amz-decoded-content-length": DATA.length - 1 } },
    ],
    ["a length that is none", "InvalidArgument", { headers: { "x-amz-decoded-content-length": "1e3" } }],
    ["over 5 GiB", "EntityTooLarge", { headers: { "x-amz-decoded-content-length": 5 * 1024 ** 3 + 1 } }],
    ["no aws-chunked", "InvalidRequest", { headers: { "content-encoding": "gzip" } }],
    ["small chunks", "InvalidChunkSizeError", { chunks: [Buffer.alloc(8191), Buffer.alloc(1)] }],
    [
      "the form of Signature Version 4A",
      "NotImplemented",
      { headers: { "x-amz-content-sha256": "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" } },
    ],
    ["an operation without chunks", "NotImplemented", { path: `/${Bucket}?cors` }],
  ];
  it.each(refusals)("is refused for %s: %s", async (_title, code, request) => {
    const blobs = await readdir(join(s3.dataDir, "blobs"));
    const answer = await send({ path: `/${Bucket}/refused`, ...request });
    expect(xmlValue(answer.text, "Code")).toBe(code);
    expect(await isStored("refused")).toBe(false);
    expect(await readdir(join(s3.dataDir, "blobs"))).toEqual(blobs);
  });

  it("needs its decoded length", async () => {
    const answer = await sendSigned(s3, {
      method: "PUT",
      path: `/${Bucket}/refused`,
      headers: {
        "content-encoding": "aws-chunked",
        "X-Amz-Content-Sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      },
      body: "0\r\n\r\n",
    });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([411, "MissingContentLength"]);
  });

  it("is not known on a presigned URL", async () => {
    const { path } = signWithAws4(s3, { method: "PUT", path: `/${Bucket}/refused`, signQuery: true });
    const headers = { "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" };
    const answer = await sendRequest({ endpoint: s3.endpoint, method: "PUT", path, headers, body: "x" });
    expect(xmlValue(answer.text, "Code")).toBe("NotImplemented");
  });

  it("leaves the connection to the next request after a refusal in mid-body", async () => {
    const chunks = Array.from({ length: 64 }, () => Buffer.alloc(1024 ** 2));
    const answer = await send({ path: `/${Bucket}/refused`, chunks, change: flip(100) });
    expect(xmlValue(answer.text, "Code")).toBe("SignatureDoesNotMatch");
    expect((await send({})).status).toBe(200);
  });
});
