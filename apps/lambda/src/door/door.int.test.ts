import { createRequire } from "node:module";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import {
  checksumOfBytes,
  doorKeyText,
  MiB,
  partRequest,
  unpackSignature,
  type RouteSigner,
  type SignedRequest,
} from "@waybill/core";
import { createHttpApi, type HttpApi } from "@waybill/local-aws";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { handler as Handler } from "../handler.ts";
import { doorSigner, makeDoorKeys, otherSignature } from "../testing/door-keys.ts";
import { setFunctionEnv } from "../testing/function-env.ts";
import { BUCKET, openStore, type TestStore } from "../testing/open-store.ts";
import { refusalOf } from "../testing/refusal-of.ts";

const KEY = "files/u1/01/a b+ü.txt";
const bytes = new Uint8Array(Buffer.from("some b\xfftes", "latin1")); // a text that is no UTF-8
const checksum = checksumOfBytes("CRC64NVME", bytes);

let store: TestStore;
let gateway: HttpApi;
let client: S3Client;
let signer: RouteSigner;
let now: Date;

beforeAll(async () => {
  store = await openStore();
  ({ client } = store);
  let handler: typeof Handler | undefined;
  gateway = await createHttpApi({
    invoke: (event) => handler?.(event, {} as Context) ?? Promise.reject(new Error("not loaded")),
  });
  const keys = makeDoorKeys("d1");
  setFunctionEnv({ ...store.aws, bucket: BUCKET }, keys, { WAYBILL_LAMBDA_URL: gateway.endpoint });
  // The bundle that is deployed, not its sources.
  ({ handler } = createRequire(import.meta.url)("../../dist/api/handler.cjs") as { handler: typeof Handler });
  signer = doorSigner("lambda", { url: () => gateway.endpoint, keys, now: () => now });
  now = new Date();
});
afterAll(async () => {
  await gateway.close();
  await store[Symbol.asyncDispose]();
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
    ["another signature", ({ url, ...rest }) => send({ ...rest, url: otherSignature(url) })],
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

  it.each([6_000_000, 10 * MiB + 1])(
    "is not reached by a body of %d bytes, and stores nothing",
    async (size) => {
      const key = "files/u1/too-large";
      const refused = await send(await signedPut(key), { body: new Uint8Array(size) });
      expect([refused.status, await refused.json()]).toEqual([413, { message: "Request Entity Too Large" }]);
      await expect(client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))).rejects.toThrow(/exist/);
    },
  );

  it("asks to try again when the store cannot be reached", async () => {
    const request = await signedGet(KEY);
    await store.aws.close();
    expect(await refusalOf(await send(request))).toBe("503 ServiceUnavailable: The store cannot be reached.");
    await store.restart();
    expect((await send(request)).status).toBe(200);
  });
});
