import {
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";
import { sendRequest, xmlValue } from "../../testing/send-request.ts";
import { browserCorsRules } from "./cors-rule.ts";

const ORIGIN = "http://localhost:4300";
let s3: StandIn;
let client: S3Client;

beforeAll(async () => {
  s3 = await openStandIn({
    buckets: [
      { name: "test-bucket", cors: browserCorsRules([ORIGIN, "https://*.example.com"]) },
      { name: "closed" },
    ],
  });
  client = createClient(s3);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

function preflight(headers: Record<string, string>, path = "/test-bucket/k?uploadId=u&partNumber=1") {
  return sendRequest({ endpoint: s3.endpoint, method: "OPTIONS", path, headers });
}

describe("a preflight", () => {
  it("is allowed by a rule that covers origin, method and headers", async () => {
    const answer = await preflight({
      origin: ORIGIN,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "content-type, X-Amz-Checksum-Crc64nvme",
    });
    expect(answer).toMatchObject({
      status: 200,
      text: "",
      headers: {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET, PUT, POST, DELETE, HEAD",
        "access-control-allow-headers": "content-type, x-amz-checksum-crc64nvme",
        "access-control-max-age": "3000",
        vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
      },
    });
    expect(answer.headers["access-control-expose-headers"]).toContain("ETag");
  });

  it("takes an origin with a wildcard", async () => {
    const from = (origin: string) => preflight({ origin, "access-control-request-method": "GET" });
    expect((await from("https://a.b.example.com")).status).toBe(200);
    expect((await from("https://example.com")).status).toBe(403);
    expect((await from("http://a.example.com")).status).toBe(403);
  });

  it.each([
    [{ origin: "http://localhost:4301", "access-control-request-method": "PUT" }, 403, "AccessForbidden"],
    [
      { origin: ORIGIN, "access-control-request-method": "PUT", "access-control-request-headers": "x-other" },
      403,
      "AccessForbidden",
    ],
    [{ origin: ORIGIN, "access-control-request-method": "PATCH" }, 400, "BadRequest"],
    [{ origin: ORIGIN }, 400, "BadRequest"],
    [{ "access-control-request-method": "PUT" }, 400, "BadRequest"],
  ])("with %o is answered with %i %s", async (headers, status, code) => {
    const answer = await preflight(headers);
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([status, code]);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("of a bucket without rules is refused", async () => {
    const answer = await preflight({ origin: ORIGIN, "access-control-request-method": "PUT" }, "/closed/k");
    expect(xmlValue(answer.text, "Message")).toBe("CORSResponse: CORS is not enabled for this bucket.");
  });
});

it("the page may read answers, refusals too", async () => {
  const get = await sendSigned(s3, { method: "GET", path: "/test-bucket/none", headers: { origin: ORIGIN } });
  expect(get).toMatchObject({ status: 404, headers: { "access-control-allow-origin": ORIGIN } });
  const unsigned = await sendRequest({
    endpoint: s3.endpoint,
    method: "PUT",
    path: "/test-bucket/k",
    headers: { origin: ORIGIN },
  });
  expect(unsigned).toMatchObject({ status: 403, headers: { "access-control-allow-origin": ORIGIN } });
  const other = await sendSigned(s3, {
    method: "GET",
    path: "/test-bucket/none",
    headers: { origin: "http://evil" },
  });
  expect(other.headers["access-control-allow-origin"]).toBeUndefined();
});

it("rules are put, got and deleted", async () => {
  const Bucket = "closed";
  const rule = {
    ID: "r",
    AllowedOrigins: ["*"],
    AllowedMethods: ["GET"],
    ExposeHeaders: ["ETag"],
    MaxAgeSeconds: 5,
  };
  await expect(client.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
    name: "NoSuchCORSConfiguration",
  });
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
  expect((await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toMatchObject([rule]);
  expect(
    (await preflight({ origin: "http://any", "access-control-request-method": "GET" }, "/closed/k")).headers,
  ).toMatchObject({
    "access-control-allow-origin": "*",
  });
  for (const bad of [
    { ...rule, AllowedMethods: ["PATCH"] },
    { ...rule, AllowedOrigins: ["*a*"] },
    { ...rule, ExposeHeaders: ["x-*"] },
  ]) {
    await expect(
      client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [bad] } })),
    ).rejects.toMatchObject({ name: "InvalidRequest" });
  }
  const unprotected = await sendSigned(s3, {
    method: "PUT",
    path: "/closed?cors",
    body: "<CORSConfiguration/>",
  });
  expect(xmlValue(unprotected.text, "Message")).toContain("Content-MD5 OR x-amz-checksum-*");
  await client.send(new DeleteBucketCorsCommand({ Bucket }));
  await expect(client.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
    name: "NoSuchCORSConfiguration",
  });
});
