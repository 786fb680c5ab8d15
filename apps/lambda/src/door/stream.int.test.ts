import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  createDoorSigner,
  doorKeyText,
  importDoorKey,
  type DoorRoute,
  type RouteSigner,
} from "@waybill/core";
import {
  createFunctionUrl,
  createLocalAws,
  installAwsLambdaGlobal,
  type FunctionUrl,
  type LocalAws,
} from "@waybill/local-aws";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const BUCKET = "waybill";
const BYTES = Buffer.alloc(20_000_000, "some bytes of an object, many times over; ");

let dataDir: string;
let aws: LocalAws;
let url: FunctionUrl;
let client: S3Client;
let signerOf: (route: DoorRoute) => RouteSigner;
let now: Date;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "waybill-stream-"));
  aws = await createLocalAws({ dataDir, buckets: [{ name: BUCKET }] });
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
    WAYBILL_LAMBDA_URL: "https://api.example",
  });
  installAwsLambdaGlobal();
  // The bundle that is deployed, not its sources.
  const { handler } = createRequire(import.meta.url)("../../dist/api/stream-handler.cjs") as {
    handler: unknown;
  };
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
  url = await createFunctionUrl({ handler, context: () => context });
  client = new S3Client({ ...aws, forcePathStyle: true });
  signerOf = (route) =>
    createDoorSigner({
      route,
      urlOf: (objectKey) => `${url.endpoint}/objects/${doorKeyText(objectKey)}`,
      key: () => importDoorKey({ keyId: "d1", pkcs8 }),
      now: () => now,
    });
  now = new Date();
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "files/u1/large", Body: BYTES }));
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "files/u1/empty", Body: Buffer.alloc(0) }));
});
afterAll(async () => {
  client.destroy();
  await url.close();
  await aws.close();
  await rm(dataDir, { recursive: true });
});

async function urlOf(key: string, route: DoorRoute = "lambda"): Promise<string> {
  const get = { key, fileName: "b.txt", disposition: "attachment", policy: 60 } as const;
  return (await signerOf(route).signGet(get)).request.url;
}

async function refusalOf(response: Response): Promise<string> {
  const text = await response.text();
  return `${response.status} ${/<Code>(.*)<\/Code>/.exec(text)?.[1]}: ${/<Message>(.*)<\/Message>/.exec(text)?.[1]}`;
}

describe("the door that streams", () => {
  it("brings more than any buffered answer holds, and what the store says of it", async () => {
    const answer = await fetch(await urlOf("files/u1/large"));
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      etag: expect.stringMatching(/^"/) as string,
      "content-disposition": expect.stringContaining("b.txt") as string,
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
    });
    expect(BYTES.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
  });

  it("brings ranges, and nothing where there is nothing", async () => {
    const range = await fetch(await urlOf("files/u1/large"), { headers: { range: "bytes=19999990-" } });
    expect([range.status, range.headers.get("content-range")]).toEqual([
      206,
      "bytes 19999990-19999999/20000000",
    ]);
    expect(await range.text()).toBe(BYTES.subarray(-10).toString());
    const empty = await fetch(await urlOf("files/u1/empty"));
    expect([empty.status, await empty.text()]).toEqual([200, ""]);
    expect(empty.headers.get("etag")).toMatch(/^"/);
  });

  it("says the store's own refusals", async () => {
    expect(await refusalOf(await fetch(await urlOf("files/u1/none")))).toMatch(/^404 NoSuchKey/);
    const headers = { "if-match": '"another"' };
    expect(await refusalOf(await fetch(await urlOf("files/u1/large"), { headers }))).toMatch(
      /^412 PreconditionFailed/,
    );
  });

  it.each<[string, () => Promise<Response>, string]>([
    ["no grant", async () => fetch((await urlOf("files/u1/large")).replace(/\?.*/, "")), "403 AccessDenied"],
    [
      "another key",
      async () =>
        fetch(
          (await urlOf("files/u1/x")).replace(/objects\/[^?]+/, `objects/${doorKeyText("files/u1/large")}`),
        ),
      "403 AccessDenied",
    ],
    [
      "a grant for another door",
      async () => fetch(await urlOf("files/u1/large", "apigateway")),
      "403 AccessDenied",
    ],
    [
      "what was not granted",
      async () => fetch(await urlOf("files/u1/large"), { headers: { "x-amz-acl": "public-read" } }),
      "403 AccessDenied",
    ],
    [
      "uploads",
      async () => fetch(await urlOf("files/u1/large"), { method: "PUT", body: "x" }),
      "405 MethodNotAllowed",
    ],
    ["other paths", () => fetch(`${url.endpoint}/health`), "404 NoSuchKey"],
  ])("refuses %s", async (_, ask, refusal) => {
    expect(await refusalOf(await ask())).toMatch(new RegExp(`^${refusal}: `));
  });

  it("refuses what comes too late", async () => {
    now = new Date(Date.now() - 61_000);
    expect(await refusalOf(await fetch(await urlOf("files/u1/large")))).toBe(
      "403 AccessDenied: Request has expired",
    );
    now = new Date();
  });
});
