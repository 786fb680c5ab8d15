import { createRequire } from "node:module";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { doorKeyText, type DoorRoute, type RouteSigner } from "@waybill/core";
import { createFunctionUrl, installAwsLambdaGlobal, type FunctionUrl } from "@waybill/local-aws";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doorSigner, makeDoorKeys, otherSignature } from "../testing/door-keys.ts";
import { setFunctionEnv } from "../testing/function-env.ts";
import { BUCKET, openStore, type TestStore } from "../testing/open-store.ts";
import { refusalOf } from "../testing/refusal-of.ts";

const BYTES = Buffer.alloc(20_000_000, "some bytes of an object, many times over; ");

let store: TestStore;
let url: FunctionUrl;
let signerOf: (route: DoorRoute) => RouteSigner;
let now: Date;

beforeAll(async () => {
  store = await openStore();
  const keys = makeDoorKeys("d1");
  setFunctionEnv({ ...store.aws, bucket: BUCKET }, keys, { WAYBILL_DOOR_PUBLIC_KEYS: keys.publicText });
  installAwsLambdaGlobal();
  // The bundle that is deployed, not its sources.
  const { handler } = createRequire(import.meta.url)("../../dist/api/stream-handler.cjs") as {
    handler: unknown;
  };
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
  url = await createFunctionUrl({ handler, context: () => context });
  signerOf = (route) => doorSigner(route, { url: () => url.endpoint, keys, now: () => now });
  now = new Date();
  await store.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "files/u1/large", Body: BYTES }));
  await store.client.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: "files/u1/empty", Body: Buffer.alloc(0) }),
  );
});
afterAll(async () => {
  await url.close();
  await store[Symbol.asyncDispose]();
});

async function urlOf(key: string, route: DoorRoute = "lambda"): Promise<string> {
  const get = { key, fileName: "b.txt", disposition: "attachment", policy: 60 } as const;
  return (await signerOf(route).signGet(get)).request.url;
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
      "a key that is none",
      async () => fetch((await urlOf("files/u1/x")).replace(/objects\/[^?]+/, "objects/..%2fu1%2flarge")),
      "403 AccessDenied",
    ],
    [
      "another signature",
      async () => fetch(otherSignature(await urlOf("files/u1/large"))),
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
