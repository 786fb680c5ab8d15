import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  checksumOfBytes,
  createDoorSigner,
  doorKeyText,
  importDoorKey,
  partRequest,
  unpackSignature,
  type RouteSigner,
  type SignedRequest,
} from "@waybill/core";
import { createHttpApi, createLocalAws, type HttpApi, type LocalAws } from "@waybill/local-aws";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { handler as Handler } from "../handler.ts";

const BUCKET = "waybill";
const KEY = "files/u1/01/a b+ü.txt";
const bytes = new Uint8Array(Buffer.from("some b\xfftes", "latin1")); // a text that is no UTF-8
const checksum = checksumOfBytes("CRC64NVME", bytes);

let dataDir: string;
let aws: LocalAws;
let gateway: HttpApi;
let client: S3Client;
let signer: RouteSigner;
let now: Date;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "waybill-door-"));
  aws = await createLocalAws({ dataDir, buckets: [{ name: BUCKET }] });
  let handler: typeof Handler | undefined;
  gateway = await createHttpApi({
    invoke: (event) => handler?.(event, {} as Context) ?? Promise.reject(new Error("not loaded")),
  });
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const pkcs8 = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }));
  Object.assign(process.env, {
    WAYBILL_S3_BUCKET: BUCKET,
    WAYBILL_S3_ENDPOINT: aws.endpoint,
    WAYBILL_S3_FORCE_PATH_STYLE: "true",
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    WAYBILL_TOKEN_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
    WAYBILL_DOOR_KEYS: `d1:${Buffer.from(pkcs8).toString("base64")}`,
    WAYBILL_LAMBDA_URL: gateway.endpoint,
  });
  // The bundle that is deployed, not its sources.
  ({ handler } = createRequire(import.meta.url)("../../dist/api/handler.cjs") as { handler: typeof Handler });
  client = new S3Client({ ...aws, forcePathStyle: true });
  signer = createDoorSigner({
    route: "lambda",
    urlOf: (objectKey) => `${gateway.endpoint}/objects/${doorKeyText(objectKey)}`,
    key: () => importDoorKey({ keyId: "d1", pkcs8 }),
    now: () => now,
  });
  now = new Date();
});
afterAll(async () => {
  client.destroy();
  await gateway.close();
  await aws.close();
  await rm(dataDir, { recursive: true });
});

async function signedPut(key = KEY): Promise<SignedRequest> {
  const put = { key, fileName: "a.txt", contentType: "text/plain", metadata: { note: "é" } };
  const { template, signatures, signatureForm } = await signer.signPut({
    put: { ...put, sizeBytes: bytes.length, overwrite: false },
    integrity: "CRC64NVME",
    checksum,
    policy: 60,
  });
  const signature = unpackSignature(signatures, 0, signatureForm) ?? "";
  return partRequest(template, { partNumber: 1, sizeBytes: bytes.length, signature, checksum });
}

function signedGet(key: string): Promise<SignedRequest> {
  const get = { key, fileName: "b.txt", disposition: "attachment", policy: 60 } as const;
  return signer.signGet(get).then(({ request }) => request);
}

async function send(
  { method, url, headers }: SignedRequest,
  changed: { headers?: Record<string, string>; body?: Uint8Array<ArrayBuffer> | null } = {},
): Promise<Response> {
  const body = method === "PUT" ? { body: bytes } : {};
  return fetch(url, { method, ...body, ...changed, headers: { ...headers, ...changed.headers } });
}

/** What S3 would say itself. */
async function refusalOf(response: Response): Promise<string> {
  const text = await response.text();
  return `${response.status} ${/<Code>(.*)<\/Code>/.exec(text)?.[1]}: ${/<Message>(.*)<\/Message>/.exec(text)?.[1]}`;
}

describe("the door that is the API itself", () => {
  it("stores and brings what was granted, with the store's own answers", async () => {
    const stored = await send(await signedPut());
    expect(stored.status).toBe(200);
    expect(stored.headers.get("x-amz-checksum-crc64nvme")).toBe(checksum);
    const object = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }));
    expect(object).toMatchObject({ ContentType: "text/plain", ETag: stored.headers.get("etag") });
    expect(await object.Body?.transformToByteArray()).toEqual(bytes);

    const brought = await send(await signedGet(KEY), {
      headers: { range: "bytes=5-", "if-match": object.ETag ?? "" },
    });
    expect(brought.status).toBe(206);
    expect(new Uint8Array(await brought.arrayBuffer())).toEqual(bytes.slice(5));
    expect(Object.fromEntries(brought.headers)).toMatchObject({
      "content-range": "bytes 5-9/10",
      "content-disposition": expect.stringContaining("b.txt") as string,
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
    });
    // Nothing is replaced, as the grant does not say that it may.
    expect(await refusalOf(await send(await signedPut()))).toMatch(/^412 PreconditionFailed/);
    const wrong = await send(await signedGet(KEY), { headers: { "if-match": '"another"' } });
    expect(await refusalOf(wrong)).toMatch(/^412 PreconditionFailed/);
    expect(await refusalOf(await send(await signedGet("files/u1/none")))).toMatch(/^404 NoSuchKey/);
  });

  it("brings no more than fits, and says so", async () => {
    const Body = new Uint8Array(4_500_001);
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "files/u1/big", Body }));
    const request = await signedGet("files/u1/big");
    expect(await refusalOf(await send(request))).toBe(
      "400 EntityTooLarge: This way brings at most 4500000 bytes at once.",
    );
    const most = await send(request, { headers: { range: "bytes=0-4499999" } });
    expect([most.status, (await most.arrayBuffer()).byteLength]).toEqual([206, 4_500_000]);
  });

  it.each<[string, (request: SignedRequest) => Promise<Response>]>([
    ["another method", (request) => send({ ...request, method: "GET" }, { body: null })],
    [
      "another key",
      ({ url, ...rest }) =>
        send({ ...rest, url: url.replace(/objects\/[\w-]+/, `objects/${doorKeyText("files/u2/a")}`) }),
    ],
    [
      "a key that is none",
      ({ url, ...rest }) => send({ ...rest, url: url.replace(/objects\/[\w-]+/, "objects/..%2fu2") }),
    ],
    ["another length", (request) => send(request, { body: bytes.slice(0, 4) })],
    ["another type", (request) => send(request, { headers: { "content-type": "text/html" } })],
    [
      "another checksum",
      (request) => send(request, { headers: { "x-amz-checksum-crc64nvme": "AAAAAAAAAAA=" } }),
    ],
    ["what was not granted", (request) => send(request, { headers: { "x-amz-acl": "public-read" } })],
    ["no grant", ({ url, ...rest }) => send({ ...rest, url: url.replace(/\?.*/, "") })],
  ])("refuses %s", async (_, misuse) => {
    const key = "files/u1/misused";
    expect(await refusalOf(await misuse(await signedPut(key)))).toMatch(/^403 AccessDenied: /);
    await expect(client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))).rejects.toThrow(/exist/);
  });

  it("refuses other bytes than were hashed, as the store does", async () => {
    const other = await send(await signedPut("files/u1/misused"), { body: bytes.toReversed() });
    expect(await refusalOf(other)).toMatch(/^400 BadDigest/);
  });

  it("refuses what comes too late, in words that clients understand", async () => {
    now = new Date(Date.now() - 61_000);
    expect(await refusalOf(await send(await signedPut("files/u1/late")))).toBe(
      "403 AccessDenied: Request has expired",
    );
    now = new Date();
  });

  it("asks to try again when the store cannot be reached", async () => {
    const request = await signedGet(KEY);
    await aws.close();
    expect(await refusalOf(await send(request))).toBe("503 ServiceUnavailable: The store cannot be reached.");
    aws = await createLocalAws({
      dataDir,
      port: Number(new URL(aws.endpoint).port),
      buckets: [{ name: BUCKET }],
      credentials: aws.credentials,
    });
    expect((await send(request)).status).toBe(200);
  });
});
