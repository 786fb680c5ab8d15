import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sendChunked } from "../testing/chunk-body.ts";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../testing/s3-under-test.ts";
import { xmlValue } from "../testing/send-request.ts";
import type { Faults } from "./create-faults.ts";

const Bucket = "test-bucket";
let s3: StandIn;
/** Gives up at the first error. */
let client: S3Client;
/** Tries again, as clients do by default. */
let patient: S3Client;
let faults: Faults;

beforeAll(async () => {
  s3 = await openStandIn();
  client = createClient(s3);
  patient = createClient(s3, { maxAttempts: 3 });
  ({ faults } = s3.aws);
});
afterEach(() => faults.removeAll());
afterAll(async () => {
  client.destroy();
  patient.destroy();
  await s3.close();
});

async function createUpload(Key: string) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const target = { Bucket, Key, UploadId };
  const { ETag } = await client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: "part" }));
  return new CompleteMultipartUploadCommand({
    ...target,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
}
const sizeOf = (Key: string): Promise<number | undefined> =>
  client.send(new HeadObjectCommand({ Bucket, Key })).then(
    ({ ContentLength }) => ContentLength,
    () => undefined,
  );

describe("an error", () => {
  it("has its code, status, message and Retry-After", async () => {
    faults.inject({ action: { kind: "error", code: "SlowDown", retryAfterSeconds: 7 }, count: 1 });
    const slow = await sendSigned(s3, { method: "PUT", path: `/${Bucket}/k`, body: "x" });
    expect([slow.status, xmlValue(slow.text, "Code"), slow.headers["retry-after"]]).toEqual([
      503,
      "SlowDown",
      "7",
    ]);
    faults.inject({ action: { kind: "error", code: "AccessDenied", message: "No <entry>" }, count: 1 });
    const denied = await sendSigned(s3, { method: "GET", path: `/${Bucket}/k` });
    expect([denied.status, xmlValue(denied.text, "Message")]).toEqual([403, "No &lt;entry&gt;"]);
    expect(await sizeOf("k")).toBeUndefined();
  });

  it("is tried again by the official client, which waits as long as Retry-After says", async () => {
    const fault = faults.inject({
      match: { operation: "PutObject" },
      count: 1,
      action: { kind: "error", code: "SlowDown", retryAfterSeconds: 1 },
    });
    const startedAt = performance.now();
    const { $metadata } = await patient.send(new PutObjectCommand({ Bucket, Key: "retried", Body: "x" }));
    expect([$metadata.attempts, fault.hits]).toEqual([2, 1]);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
  });

  it("may come after the work is done", async () => {
    faults.inject({ count: 1, action: { kind: "error", code: "InternalError", work: "done" } });
    await expect(
      client.send(new PutObjectCommand({ Bucket, Key: "done", Body: "four" })),
    ).rejects.toMatchObject({
      name: "InternalError",
      $metadata: { httpStatusCode: 500 },
    });
    expect(await sizeOf("done")).toBe(4);
  });
});

describe("an error in the body of a 200", () => {
  it.each(["done", "undone"] as const)("is one for the official client, with the work %s", async (work) => {
    const complete = await createUpload(`in-body-${work}`);
    faults.inject({
      match: { operation: "CompleteMultipartUpload" },
      count: 1,
      action: { kind: "errorInBody", work },
    });
    await expect(client.send(complete)).rejects.toMatchObject({ name: "InternalError" });
    expect(await sizeOf(`in-body-${work}`)).toBe(work === "done" ? 4 : undefined);
    expect((await client.send(complete)).ETag).toMatch(/-1"$/); // a retry is told of success
  });

  it("comes with status 200 and S3's ids", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "x" }));
    faults.inject({
      match: { operation: "CopyObject" },
      action: { kind: "errorInBody", code: "SlowDown", message: "later" },
    });
    const answer = await sendSigned(s3, {
      method: "PUT",
      path: `/${Bucket}/copy`,
      headers: { "x-amz-copy-source": `/${Bucket}/source` },
    });
    expect([answer.status, xmlValue(answer.text, "Code"), xmlValue(answer.text, "Message")]).toEqual([
      200,
      "SlowDown",
      "later",
    ]);
    expect(xmlValue(answer.text, "RequestId")).toBe(answer.headers["x-amz-request-id"]);
    expect(await sizeOf("copy")).toBeUndefined();
  });

  it("is tried again by the official client", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "x" }));
    const fault = faults.inject({
      match: { operation: "CopyObject" },
      count: 1,
      action: { kind: "errorInBody", work: "done" },
    });
    const copy = new CopyObjectCommand({ Bucket, Key: "copied", CopySource: `${Bucket}/source` });
    expect((await patient.send(copy)).$metadata.attempts).toBe(2);
    expect(fault.hits).toBe(1);
  });
});

describe("a flipped byte", () => {
  const body = "0123456789".repeat(30_000);

  it("of an upload is noticed by each kind of check", async () => {
    const fault = faults.inject({ action: { kind: "corrupt", body: "request" } });
    const put = async (headers: Record<string, string>): Promise<string | undefined> =>
      xmlValue((await sendSigned(s3, { method: "PUT", path: `/${Bucket}/bad`, body, headers })).text, "Code");
    const unsigned = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const digest = (name: string): string => createHash(name).update(body).digest("base64");
    const trailer = `x-amz-checksum-sha1:${digest("sha1")}`;
    const chunked = { path: `/${Bucket}/bad`, form: "PAYLOAD-TRAILER", chunks: [Buffer.from(body)] } as const;
    expect(await put({})).toBe("XAmzContentSHA256Mismatch");
    expect(await put({ ...unsigned, "content-md5": digest("md5") })).toBe("BadDigest");
    expect(await put({ ...unsigned, "x-amz-checksum-sha256": digest("sha256") })).toBe("BadDigest");
    expect(xmlValue((await sendChunked(s3, { ...chunked, trailer })).text, "Code")).toBe("BadDigest");
    expect(fault.hits).toBe(4);
    expect(await sizeOf("bad")).toBeUndefined();
    fault.remove();
    expect((await sendChunked(s3, { ...chunked, trailer })).status).toBe(200);
  });

  it("of an unchecked upload is stored", async () => {
    faults.inject({ action: { kind: "corrupt", body: "request", offset: 3 }, count: 1 });
    const headers = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const answer = await sendSigned(s3, { method: "PUT", path: `/${Bucket}/wrong`, body: "abcdef", headers });
    expect(answer.status).toBe(200);
    const got = await sendSigned(s3, { method: "GET", path: `/${Bucket}/wrong` });
    expect(got.bytes).toEqual(Buffer.from([0x61, 0x62, 0x63, 0x64 ^ 0xff, 0x65, 0x66]));
  });

  it("of a download is noticed by a client that checks", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "good", Body: body }));
    const checking = createClient(s3, { responseChecksumValidation: "WHEN_SUPPORTED" });
    const read = async (): Promise<string | undefined> => {
      const { Body } = await checking.send(new GetObjectCommand({ Bucket, Key: "good" }));
      return Body?.transformToString();
    };
    const fault = faults.inject({ action: { kind: "corrupt", body: "response" }, count: 1 });
    await expect(read()).rejects.toThrow(/[Cc]hecksum mismatch/);
    expect(fault.hits).toBe(1);
    expect((await read()) === body).toBe(true);
    checking.destroy();
  });

  it("may be one of XML, at an offset beyond the end too", async () => {
    const get = () => sendSigned(s3, { method: "GET", path: "/" });
    const before = await get();
    faults.inject({ action: { kind: "corrupt", body: "response", offset: before.bytes.length + 5 } });
    const after = await get();
    const differing = [...after.bytes.keys()].filter((index) => before.bytes[index] !== after.bytes[index]);
    expect(differing).toEqual([5]);
    expect(after.headers["content-type"]).toBe("application/xml");
  });
});

it("the fault that was injected first strikes, and only one does", async () => {
  const first = faults.inject({ count: 1, action: { kind: "error", code: "SlowDown" } });
  const second = faults.inject({ count: 1, action: { kind: "error", code: "InternalError" } });
  const codes: (string | undefined)[] = [];
  for (let count = 0; count < 3; count += 1) {
    const answer = await sendSigned(s3, { method: "GET", path: "/" });
    codes.push(xmlValue(answer.text, "Code"));
  }
  expect(codes).toEqual(["SlowDown", "InternalError", undefined]);
  expect([first.hits, second.hits]).toEqual([1, 1]);
});

it("parts that are sent in parallel have the same faults in each run with the same seed", async () => {
  const run = async (Key: string): Promise<boolean[]> => {
    using fault = faults.inject({
      match: { operation: "UploadPart" },
      probability: 0.5,
      seed: 20,
      action: { kind: "error", code: "InternalError" },
    });
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const parts = Array.from({ length: 24 }, async (_, index) => {
      const part = { Bucket, Key, UploadId, PartNumber: index + 1, Body: "x" };
      return client.send(new UploadPartCommand(part)).then(
        () => true,
        () => false,
      );
    });
    const results = await Promise.all(parts);
    const { Parts = [] } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(fault.hits).toBe(24 - Parts.length);
    return results;
  };
  const first = await run("seeded-1");
  expect(await run("seeded-2")).toEqual(first);
  expect(new Set(first)).toEqual(new Set([true, false]));
});

it("each fault logs one line, with what repeats it and without the query", async () => {
  s3.lines.length = 0;
  faults.inject({ seed: 7, count: 1, action: { kind: "loseAnswer" } });
  await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
    code: "ECONNRESET",
  });
  expect(s3.lines).toEqual([
    expect.stringMatching(/^fault \d+ \(loseAnswer, seed 7\) hits ListObjectsV2 GET \/test-bucket\/?$/),
  ]);
});

it("a request that is not believed is not struck", async () => {
  const fault = faults.inject({ action: { kind: "error", code: "SlowDown" } });
  const answer = await fetch(`${s3.endpoint}/${Bucket}/k`);
  expect([answer.status, fault.hits]).toEqual([403, 0]);
});

it("the clock is shifted for whoever asks it, until it is set right", async () => {
  const get = () => sendSigned(s3, { method: "GET", path: "/" });
  const twenty = 20 * 60 * 1000;
  for (const byMs of [twenty, -twenty]) {
    faults.shiftClock(byMs);
    expect(xmlValue((await get()).text, "Code")).toBe("RequestTimeTooSkewed");
  }
  faults.shiftClock(0);
  expect((await get()).status).toBe(200);
});

it("the official client follows a shifted clock by the Date of the answers", async () => {
  const follower = createClient(s3, { maxAttempts: 2 });
  faults.shiftClock(3_600_000);
  const first = await follower.send(new ListBucketsCommand({}));
  const second = await follower.send(new ListBucketsCommand({}));
  expect([first.$metadata.attempts, second.$metadata.attempts]).toEqual([2, 1]);
  faults.shiftClock(0);
  follower.destroy();
});

describe("expired credentials", () => {
  const openSession = async (): Promise<{ sts: STSClient; session: S3Client }> => {
    const { endpoint, region } = s3;
    const sts = new STSClient({ endpoint, region, credentials: { ...s3.credentials } });
    const { Credentials: key } = await sts.send(new GetSessionTokenCommand({}));
    const credentials = {
      accessKeyId: key?.AccessKeyId ?? "",
      secretAccessKey: key?.SecretAccessKey ?? "",
      sessionToken: key?.SessionToken ?? "",
    };
    return { sts, session: createClient(s3, { credentials }) };
  };

  it("end all sessions in the middle of an upload, and the keys of the account not", async () => {
    const { sts, session } = await openSession();
    const { UploadId } = await session.send(new CreateMultipartUploadCommand({ Bucket, Key: "session" }));
    const fault = faults.inject({
      match: { operation: "UploadPart" },
      afterRequests: 2,
      count: 1,
      action: { kind: "expireCredentials" },
    });
    const uploadPart = (PartNumber: number, from: S3Client) =>
      from.send(new UploadPartCommand({ Bucket, Key: "session", UploadId, PartNumber, Body: "x" }));
    await uploadPart(1, session);
    await uploadPart(2, session);
    const expired = { name: "ExpiredToken", $metadata: { httpStatusCode: 400 } };
    await expect(uploadPart(3, session)).rejects.toMatchObject(expired);
    await expect(uploadPart(3, session)).rejects.toMatchObject(expired);
    expect(fault.hits).toBe(1);
    await uploadPart(3, client);
    const { Parts } = await client.send(new ListPartsCommand({ Bucket, Key: "session", UploadId }));
    expect(Parts).toHaveLength(3);
    const next = await openSession();
    await uploadPart(4, next.session);
    for (const opened of [sts, session, next.sts, next.session]) opened.destroy();
  });

  it("can be had at once", async () => {
    const { sts, session } = await openSession();
    faults.expireCredentials();
    await expect(session.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: "ExpiredToken" });
    for (const opened of [sts, session]) opened.destroy();
  });
});

it("a fault that could never strike is refused with what is wrong", () => {
  const misspelt = { match: { operation: "PutObjekt" }, action: { kind: "loseAnswer" } } as const;
  expect(() => faults.inject(misspelt)).toThrow(/is no operation of this stand-in[^]*match\.operation/);
});
