import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { DownloadCookiesOutput, keySegment, uriEncodeKey } from "@waybill/core";
import {
  createHttpApi,
  createOidcIssuer,
  type CloudFront,
  type HttpApi,
  type OidcIssuer,
} from "@waybill/local-aws";
import type { Context } from "aws-lambda";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import type { handler as Handler } from "./handler.ts";
import { makeDoorKeys } from "./testing/door-keys.ts";
import { setFunctionEnv } from "./testing/function-env.ts";
import { distributionBucketPolicy } from "./testing/local-distribution.ts";
import { openDistribution } from "./testing/open-distribution.ts";
import { BUCKET as Bucket, openStore, type TestStore } from "./testing/open-store.ts";

const AUDIENCE = "urn:waybill:api";
const PAGE = "http://page.test";

let store: TestStore;
let issuer: OidcIssuer;
let client: S3Client;
let cloudFront: CloudFront;
let gateway: HttpApi;
let aheadMs = 0;

beforeAll(async () => {
  store = await openStore({ bucket: { policy: distributionBucketPolicy(Bucket) } });
  ({ client } = store);
  issuer = await createOidcIssuer({ users: [], clients: [], audience: AUDIENCE });
  const keys = makeDoorKeys("d1");
  const behind = { ...store.aws, bucket: Bucket };
  ({ cloudFront } = await openDistribution({
    store: behind,
    dataDir: store.dataDir,
    keys,
    origins: [PAGE],
    clock: () => new Date(Date.now() + aheadMs),
  }));
  setFunctionEnv(behind, keys, {
    WAYBILL_CLOUDFRONT_URL: cloudFront.endpoint,
    WAYBILL_CLOUDFRONT_KEYS: keys.secretText.replace("d1", "c1"),
    WAYBILL_CLOUDFRONT_KEY_IDS: "c1:d1",
    WAYBILL_COOKIE_DOMAIN: "127.0.0.1",
  });
  // The bundle that is deployed, not its sources.
  const { handler } = createRequire(import.meta.url)("../dist/api/handler.cjs") as {
    handler: typeof Handler;
  };
  gateway = await createHttpApi({
    invoke: (event) => handler(event, {} as Context),
    jwtAuthorizer: { issuer: issuer.issuer, audience: [AUDIENCE] },
    cors: {
      allowOrigins: [PAGE],
      allowMethods: ["POST"],
      allowHeaders: ["authorization", "content-type", "*"],
      allowCredentials: true,
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await cloudFront.close();
  await issuer.close();
  await store[Symbol.asyncDispose]();
});
beforeEach(() => {
  aheadMs = 0;
});

const Answer = z.object({ result: z.object({ data: DownloadCookiesOutput }) });
const Refusal = z.object({
  error: z.object({ message: z.string(), data: z.object({ waybillCode: z.string() }) }),
});

async function ask(sub: string, input: object, path = "/downloads.cookies"): Promise<Response> {
  const authorization = `Bearer ${await issuer.mintAccessToken({ sub })}`;
  return fetch(`${gateway.endpoint}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization, origin: PAGE },
    body: JSON.stringify(input),
  });
}

/** What a browser would send afterwards, and what the page is told. */
async function open(sub: string, input: object = {}) {
  const response = await ask(sub, input);
  const { data } = Answer.parse(await response.json()).result;
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split("; ")[0] ?? "");
  return { ...data, cookies, cookie: cookies.join("; ") };
}

async function refusalOf(sub: string, input: object) {
  const response = await ask(sub, input);
  expect(response.headers.getSetCookie()).toEqual([]);
  const { message, data } = Refusal.parse(await response.json()).error;
  return { code: data.waybillCode, message };
}

/** As written: `fetch` would tidy up the path. */
async function get(path: string, cookie: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(cloudFront.endpoint);
    request({ hostname, port, path, headers: { cookie } }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    })
      .on("error", reject)
      .end();
  });
}

const put = (Key: string, Body = Key) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
const opens = (body: string) => ({ status: 200, body });
const SECRET = "nobody else may read this";
const closed = () => ({ status: 403, body: expect.not.stringContaining(SECRET) as string });

describe("cookies for a prefix", () => {
  it("are Secure, HttpOnly and narrow, and in the headers alone", async () => {
    const response = await ask("u1", {});
    const cookies = response.headers.getSetCookie();
    const body = await response.text();
    const { data } = Answer.parse(JSON.parse(body)).result;
    expect(data).toEqual({
      url: `${cloudFront.endpoint}/files/u1/`,
      prefix: "files/u1/",
      expiresAt: expect.any(String) as string,
    });
    const attributes = `Domain=127.0.0.1; Path=/files/u1/; Expires=${new Date(data.expiresAt).toUTCString()}; Secure; HttpOnly; SameSite=Lax`;
    const values = cookies.map((cookie) => {
      const [, name, value, rest] = /^([\w-]+)=([^;]+); (.*)$/.exec(cookie) ?? [];
      expect(rest).toBe(attributes);
      return [name, value];
    });
    const { "CloudFront-Policy": policy = "", ...others } = Object.fromEntries(values) as Record<
      string,
      string
    >;
    expect(Object.keys(others).toSorted()).toEqual([
      "CloudFront-Hash-Algorithm",
      "CloudFront-Key-Pair-Id",
      "CloudFront-Signature",
    ]);
    const policyText = Buffer.from(
      policy.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/"),
      "base64",
    );
    expect(policyText.toString()).toBe(
      `{"Statement":[{"Resource":"${cloudFront.endpoint}/files/u1/*","Condition":{"DateLessThan":{"AWS:EpochTime":${Date.parse(data.expiresAt) / 1000}}}}]}`,
    );
    for (const secret of [policy, others["CloudFront-Signature"]]) expect(body).not.toContain(secret);
    // So that a page of another origin is given them.
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": PAGE,
      "access-control-allow-credentials": "true",
    });
  });

  it("open what is below it, and not what is another's", async () => {
    await Promise.all([put("files/u1/a/my film.m3u8"), put("files/u10/k", SECRET), put("files/u1x", SECRET)]);
    const { cookie, url } = await open("u1");
    const { pathname } = new URL(`${url}a/${encodeURIComponent("my film.m3u8")}`);
    expect(await get(pathname, cookie)).toEqual(opens("files/u1/a/my film.m3u8"));
    const elsewhere = [
      "/files/u10/k",
      "/files/u1x",
      "/files/u1/../u10/k",
      "/files/u1/%2e%2e/u10/k",
      "/files/u1/%2E%2E%2Fu10%2Fk",
      "/files/u1%2f..%2fu10/k",
      "/files/u1/..%5cu10/k",
      "/files/u1/./../u10/k",
      "/files/%7510/secret",
      "/files//u10/k",
      "//files/u10/k",
      "/files/u10/k?/files/u1/",
      "/files/u10/k?x=/files/u1/",
      "/",
      "/?prefix=files/u10/",
    ];
    for (const path of elsewhere)
      expect({ path, ...(await get(path, cookie)) }).toEqual({ path, ...closed() });
  });

  it("can be for a folder of it", async () => {
    await Promise.all([put("files/u1/trip (1)/*.jpg"), put("files/u1/trip (2)/k", SECRET)]);
    const { cookie, url } = await open("u1", { prefix: "files/u1/trip (1)/" });
    expect(await get(new URL(`${url}%2A.jpg`).pathname, cookie)).toEqual(opens("files/u1/trip (1)/*.jpg"));
    expect(await get("/files/u1/trip%20%282%29/k", cookie)).toEqual(closed());
  });

  it("end when they say, and are good for nothing when they are changed", async () => {
    await Promise.all([put("files/u1/short", SECRET), put("files/u10/k", SECRET)]);
    const { cookies, cookie, expiresAt } = await open("u1", { expiresIn: 60 });
    expect(await get("/files/u1/short", cookie)).toEqual(opens(SECRET));
    const others = (await open("u10")).cookies;
    for (const [index, each] of cookies.entries()) {
      const without = cookies.filter((one) => one !== each).join("; ");
      expect(await get("/files/u1/short", without)).toEqual(closed());
      const mixed = cookies.with(index, others[index] ?? "").join("; ");
      if (mixed !== cookie) expect(await get("/files/u10/k", mixed)).toEqual(closed());
    }
    for (const [index, each] of cookies.entries()) {
      for (const at of [each.indexOf("=") + 1, each.length >> 1, each.length - 2]) {
        const changed = each.slice(0, at) + (each[at] === "A" ? "B" : "A") + each.slice(at + 1);
        expect(await get("/files/u1/short", cookies.with(index, changed).join("; "))).toEqual(closed());
      }
    }
    aheadMs = Date.parse(expiresAt) - Date.now();
    expect(await get("/files/u1/short", cookie)).toEqual(closed());
  });

  it("are the principal's own alone, whoever it is and whatever the keys", async () => {
    const hostile = fc.constantFrom("u1", "u10", "u", "u1/", "..", "*", "u?", "%2e", "é");
    const name = fc.oneof(hostile, fc.string({ minLength: 1, unit: "grapheme" }));
    const segment = fc.oneof(hostile, fc.string({ minLength: 1, unit: "grapheme" }));
    const path = fc
      .array(segment, { minLength: 1, maxLength: 3 })
      .map((segments) => segments.join("/"))
      .filter((joined) => !joined.split("/").some((each) => each === "." || each === ".."));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 2, maxLength: 2 }), path, async (names, rest) => {
        const [mine = "", other = ""] = names;
        const content = `${SECRET} ${randomUUID()}`;
        const [own, foreign] = [`files/${keySegment(mine)}/${rest}`, `files/${keySegment(other)}/${rest}`];
        await Promise.all([put(own, content), put(foreign, content)]);
        const { cookie, prefix } = await open(mine);
        expect(prefix).toBe(`files/${keySegment(mine)}/`);
        expect(await get(`/${uriEncodeKey(own)}`, cookie)).toEqual(opens(content));
        expect(await get(`/${uriEncodeKey(foreign)}`, cookie)).toEqual(closed());
        expect((await refusalOf(mine, { prefix: `files/${keySegment(other)}/` })).code).toBe(
          "OBJECT_NOT_FOUND",
        );
      }),
      { numRuns: 25 },
    );
  });

  it("are refused where the rule, the collection or the form of the prefix is against it", async () => {
    const code = async (input: object) => (await refusalOf("u1", input)).code;
    for (const prefix of [
      "files/u10/",
      "files/nobody/",
      "other/u1/",
      ".waybill/shares/",
      "files/",
      "files/u1~2f..~2fu10/",
    ])
      expect([prefix, await code({ prefix })]).toEqual([prefix, "OBJECT_NOT_FOUND"]);
    for (const prefix of ["files/u1", "files/u1/../u10/", "files/u1/./", "/", ""])
      expect([prefix, await code({ prefix })]).toEqual([
        prefix,
        prefix === "/" ? "OBJECT_NOT_FOUND" : "INVALID_INPUT",
      ]);
    expect(await code({ collection: "nope" })).toBe("COLLECTION_NOT_FOUND");
    expect(await code({ collection: "files", prefix: "files/u1/" })).toBe("INVALID_INPUT");
    expect(await code({ prefix: `files/u1/${"é".repeat(200)}/` })).toBe("INVALID_INPUT"); // no browser keeps such a path
    expect((await open("u1", { prefix: "avatars/u10/" })).prefix).toBe("avatars/u10/"); // these are for all to see
  });

  it("come with every answer of a batch that asks for some", async () => {
    const path = "/downloads.cookies,downloads.cookies?batch=1";
    const response = await ask("u1", { 0: {}, 1: { collection: "drive" } }, path);
    const paths = response.headers.getSetCookie().map((cookie) => /Path=([^;]+)/.exec(cookie)?.[1]);
    expect(new Set(paths)).toEqual(new Set(["/files/u1/", "/drive/u1/"]));
  });
});
