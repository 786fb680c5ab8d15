import type { CloudFrontRequestEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReceivedResponse, sendRequest } from "../testing/send-request.ts";
import type { CloudFront } from "./create-cloudfront.ts";
import type { EdgeHandler } from "./edge/edge-function.ts";
import type { EdgeEventType } from "./limits.ts";
import { FUNCTION_ARN, toDistributionConfig } from "./testing/distribution.ts";
import { type Edge, openEdge } from "./testing/open-edge.ts";

type Cf = CloudFrontRequestEvent["Records"][number]["cf"];
type CfRequest = Cf["request"];

let edge: Edge;
let viewer: CloudFront & { lines: string[] };
let origin: CloudFront & { lines: string[] };
let events: CloudFrontRequestEvent[] = [];
let handler: EdgeHandler;

beforeAll(async () => {
  edge = await openEdge();
  viewer = await open("viewer-request");
  origin = await open("origin-request");
  await edge.put("k", "stored");
});
afterAll(() => edge.close());

function open(EventType: EdgeEventType, IncludeBody = true): Promise<CloudFront & { lines: string[] }> {
  return edge.open({
    distributionConfig: toDistributionConfig({
      LambdaFunctionAssociations: [{ EventType, IncludeBody, LambdaFunctionARN: FUNCTION_ARN }],
    }),
    functions: {
      [FUNCTION_ARN](event) {
        events.push(structuredClone(event));
        return handler(event);
      },
    },
    timeoutMs: 500,
  });
}

/** Send a request while the function is this one. */
async function run(
  use: (request: CfRequest) => unknown,
  options: Partial<Parameters<typeof sendRequest>[0]> & { at?: CloudFront } = {},
): Promise<ReceivedResponse> {
  const { at = viewer, ...rest } = options;
  events = [];
  handler = async (event) => use(only(event).request);
  return sendRequest({ endpoint: at.endpoint, method: "GET", path: "/k", ...rest });
}

function only(event: CloudFrontRequestEvent | undefined): Cf {
  const [record] = event?.Records ?? [];
  if (record === undefined) throw new Error("no event");
  return record.cf;
}

const LIMITS = { viewer: 40 * 1024, origin: 1024 ** 2 };

describe("an event", () => {
  it("of the viewer's has the documented shape", async () => {
    await run((request) => request, {
      method: "PUT",
      path: "/a%20b?x=1&y",
      headers: { Host: "127.0.0.1", "X-Own": "1", connection: "close", "x-cache": "mine" },
      body: "body",
    });
    expect(events).toEqual([
      {
        Records: [
          {
            cf: {
              config: {
                distributionDomainName: viewer.domainName,
                distributionId: viewer.distributionId,
                eventType: "viewer-request",
                requestId: expect.stringMatching(/^[\w-]{54}==$/),
              },
              request: {
                clientIp: "127.0.0.1",
                method: "PUT",
                uri: "/a%20b",
                querystring: "x=1&y",
                headers: {
                  host: [{ key: "Host", value: "127.0.0.1" }],
                  "x-own": [{ key: "X-Own", value: "1" }],
                  "content-length": [{ key: expect.stringMatching(/content-length/i), value: "4" }],
                },
                body: { action: "read-only", data: "Ym9keQ==", encoding: "base64", inputTruncated: false },
              },
            },
          },
        ],
      },
    ]);
  });

  it("of the origin's has the origin, and what goes to it", async () => {
    await run((request) => request, { at: origin, headers: { "x-forwarded-for": "192.0.2.4" } });
    const cf = only(events[0]);
    expect(cf.config.eventType).toBe("origin-request");
    expect(cf.request.origin).toEqual({
      s3: {
        authMethod: "none",
        customHeaders: {},
        domainName: "test-bucket.s3.us-east-1.amazonaws.com",
        path: "",
      },
    });
    expect(cf.request.headers).toMatchObject({
      host: [{ value: "test-bucket.s3.us-east-1.amazonaws.com" }],
      "user-agent": [{ value: "Amazon CloudFront" }],
      "x-forwarded-for": [{ value: "192.0.2.4,127.0.0.1" }],
      via: [{ value: expect.stringMatching(/^1\.1 [\da-f]{32}\.cloudfront\.net \(CloudFront\)$/) }],
    });
    expect(cf.request.headers).not.toHaveProperty("authorization");
  });

  it("has no body unless the behaviour includes it", async () => {
    const without = await open("viewer-request", false);
    await run((request) => request, { at: without, method: "PUT", path: "/n", body: "whole" });
    expect(only(events[0]).request).not.toHaveProperty("body");
    expect(await edge.get("n")).toBe("whole");
  });

  it.each(["viewer", "origin"] as const)(
    "of the %s shows a long body cut off, and sends it on whole",
    async (at) => {
      for (const sizeBytes of [LIMITS[at], LIMITS[at] + 1]) {
        const body = Buffer.alloc(sizeBytes, "x");
        await run((request) => request, {
          at: { viewer, origin }[at],
          method: "PUT",
          path: "/long",
          body,
        });
        const seen = only(events[0]).request.body;
        expect(seen?.inputTruncated).toBe(sizeBytes > LIMITS[at]);
        expect(Buffer.from(seen?.data ?? "", "base64")).toHaveLength(LIMITS[at]);
        expect(await edge.get("long")).toHaveLength(sizeBytes);
      }
    },
  );

  it("has text in UTF-8, and what is not changed goes on as it came", async () => {
    const utf8 = Buffer.from("é").toString("latin1");
    await run((request) => request, {
      method: "PUT",
      path: "/u",
      headers: { "x-amz-meta-name": utf8, "x-latin": "\u00e9" },
      body: Buffer.from("x"), // Node would send headers before text as UTF-8
    });
    expect(only(events[0]).request.headers).toMatchObject({
      "x-amz-meta-name": [{ value: "é" }],
      "x-latin": [{ value: "é" }],
    });
    const read = await run((request) => request, { path: "/u" });
    // What S3 makes of these two octets, in the words of RFC 2047.
    expect(read.headers["x-amz-meta-name"]).toBe("=?UTF-8?B?w4PCqQ==?=");
  });
});

describe("a changed request", () => {
  it("goes on with its path, query, headers and body", async () => {
    const put = await run(
      (request) => ({
        ...request,
        uri: "/changed",
        querystring: "",
        headers: { ...request.headers, "x-amz-meta-by": [{ value: "edge" }] },
        body: { ...request.body, action: "replace", encoding: "text", data: "another" },
      }),
      { method: "PUT", path: "/k?x-id=1", body: "x" },
    );
    expect(put.status).toBe(200);
    expect(await edge.get("changed")).toBe("another");
    const read = await run((request) => ({ ...request, uri: "/changed" }));
    expect(read).toMatchObject({ status: 200, text: "another" });
    expect(read.headers["x-amz-meta-by"]).toBe("edge");
  });

  it("stays with its behaviour and origin", async () => {
    const refused = await run(
      (request) => ({
        ...request,
        origin: { s3: { ...request.origin?.s3, domainName: "other.s3.us-east-1.amazonaws.com" } },
      }),
      { at: origin },
    );
    expect(refused.status).toBe(502);
  });

  it("ignores what is said of a body that is only read", async () => {
    await run((request) => ({ ...request, body: { ...request.body, data: "bm8=" } }), {
      method: "PUT",
      path: "/read-only",
      body: "mine",
    });
    expect(await edge.get("read-only")).toBe("mine");
  });
});

describe("a response of the function's own", () => {
  it("ends the request, with status, description, headers and body", async () => {
    const answer = await run(() => ({
      status: "401",
      statusDescription: "Not You",
      headers: { "content-type": [{ value: "text/plain" }], "set-cookie": [{ value: "a" }, { value: "b" }] },
      body: "bm8=",
      bodyEncoding: "base64",
    }));
    expect(answer).toMatchObject({ status: 401, text: "no" });
    expect(answer.headers).toMatchObject({
      "content-type": "text/plain",
      "set-cookie": ["a", "b"],
      "x-cache": "LambdaGeneratedResponse from cloudfront",
      server: "CloudFront",
    });
  });

  it("reaches a viewer that is still sending", async () => {
    const answer = await run(() => ({ status: "403" }), {
      method: "PUT",
      body: Buffer.alloc(3 * 1024 ** 2),
    });
    expect(answer.status).toBe(403);
    expect(viewer.lines).toEqual([]);
  });

  it.each(["viewer", "origin"] as const)("of the %s may be as large as documented", async (at) => {
    const inBytes = (sizeBytes: number) =>
      run(() => ({ status: "200", body: "x".repeat(sizeBytes) }), { at: { viewer, origin }[at] });
    expect((await inBytes(LIMITS[at])).status).toBe(200);
    expect((await inBytes(LIMITS[at] + 1)).status).toBe(502);
  });
});

describe("a result that CloudFront does not take", () => {
  const headers = (more: object) => (request: CfRequest) => ({
    ...request,
    headers: { ...request.headers, ...more },
  });

  it.each<[string, (request: CfRequest) => unknown]>([
    ["nothing", () => undefined],
    ["a text", () => "no"],
    ["a request without headers", (request) => ({ ...request, headers: undefined })],
    ["another method", (request) => ({ ...request, method: "DELETE" })],
    ["another address", (request) => ({ ...request, clientIp: "192.0.2.1" })],
    ["a field of its own", (request) => ({ ...request, key: "k" })],
    ["a path without a slash", (request) => ({ ...request, uri: "k" })],
    ["a path with a space", (request) => ({ ...request, uri: "/a b" })],
    ["a path with a query", (request) => ({ ...request, uri: "/k?acl" })],
    ["a query with a space", (request) => ({ ...request, querystring: "a b" })],
    ["a query with a fragment", (request) => ({ ...request, querystring: "a#b" })],
    ["a URL that is too long", (request) => ({ ...request, querystring: "x".repeat(8192) })],
    ["a disallowed header", headers({ "x-edge-location": [{ value: "1" }] })],
    ["a header of CloudFront's", headers({ "x-amz-cf-id": [{ value: "1" }] })],
    ["Connection", headers({ connection: [{ value: "close" }] })],
    ["X-Real-IP", headers({ "x-real-ip": [{ value: "1" }] })],
    ["the viewer's country", headers({ "cloudfront-viewer-country": [{ value: "AT" }] })],
    ["another host", headers({ host: [{ value: "other" }] })],
    ["no host", headers({ host: [] })],
    ["a content length", headers({ "content-length": [{ value: "5" }] })],
    ["Via", headers({ via: [{ value: "me" }] })],
    ["a name in capitals", headers({ "X-Own": [{ value: "1" }] })],
    ["the key of another header", headers({ "x-own": [{ key: "X-Other", value: "1" }] })],
    ["a value of two lines", headers({ "x-own": [{ value: "1\r\nx-other: 2" }] })],
    ["a value without a list", headers({ "x-own": { value: "1" } })],
    ["a body that is not base64", (request) => ({ ...request, body: { action: "replace", data: "?" } })],
    [
      "a body that is too large",
      (request) => ({
        ...request,
        body: { action: "replace", encoding: "text", data: "x".repeat(40 * 1024 + 1) },
      }),
    ],
    ["a status as a number", () => ({ status: 200 })],
    ["a status of one hundred", () => ({ status: "100" })],
    ["204 with a body", () => ({ status: "204", body: "x" })],
    [
      "a response with Transfer-Encoding",
      () => ({ status: "200", headers: { "transfer-encoding": [{ value: "x" }] } }),
    ],
    ["a body that is not text", () => ({ status: "200", body: { a: 1 } })],
  ])("%s", async (_what, use) => {
    const refused = await run(use);
    expect(refused.status).toBe(502);
    expect(refused.headers["x-cache"]).toBe("LambdaValidationError from cloudfront");
    expect(refused.text).toContain("502 ERROR");
  });

  it.each(["if-none-match", "if-modified-since", "if-range", "accept-encoding", "host"])(
    "of an origin request: %s, which is read-only there",
    async (name) => {
      const refused = await run(headers({ [name]: [{ value: "*" }] }), { at: origin });
      expect(refused.status).toBe(502);
    },
  );

  it("may set If-None-Match where the viewer's request comes by", async () => {
    const refused = await run(headers({ "if-none-match": [{ value: "*" }] }), {
      method: "PUT",
      body: "x",
    });
    expect(refused.status).toBe(412);
  });

  it("has a body that nobody asked to see", async () => {
    const without = await open("viewer-request", false);
    const use = (request: CfRequest) => ({
      ...request,
      body: { action: "replace", encoding: "text", data: "x" },
    });
    expect((await run(use, { at: without, method: "PUT", body: "y" })).status).toBe(502);
  });
});

describe("a function that fails", () => {
  it("is 503 when it throws, and the log alone says what", async () => {
    const refused = await run(() => {
      throw new TypeError("broken");
    });
    expect(refused.status).toBe(503);
    expect(refused.headers["x-cache"]).toBe("LambdaExecutionError from cloudfront");
    expect(refused.text).not.toContain("broken");
    expect(viewer.lines.at(-1)).toBe(
      "503 LambdaExecutionError GET /k: viewer-request: threw TypeError: broken",
    );
  });

  it("is 503 when it takes too long", async () => {
    const refused = await run(() => new Promise(() => {}));
    expect(refused.status).toBe(503);
    expect(refused.headers["x-cache"]).toBe("LambdaLimitExceeded from cloudfront");
  });
});
