import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type Server,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRawRequest } from "../testing/open-raw-request.ts";
import { type ReceivedResponse, sendRequest } from "../testing/send-request.ts";
import type { CloudFront, CloudFrontOptions } from "./create-cloudfront.ts";
import {
  CACHING_DISABLED,
  OPEN_BEHAVIOR,
  toDistributionConfig,
  toResources,
} from "./testing/distribution.ts";
import { type Edge, openEdge } from "./testing/open-edge.ts";

let edge: Edge;
let server: Server;
let received: IncomingMessage[] = [];
let answer: (message: IncomingMessage, response: ServerResponse) => void;

/** In the place of S3, to see what reaches it. */
beforeAll(async () => {
  edge = await openEdge();
  await edge.open();
  server = createServer({ maxHeaderSize: 64 * 1024 }, (message, response) => {
    received.push(message);
    answer(message, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await edge.close();
});

async function open(
  behavior: object = {},
  options: Partial<CloudFrontOptions> & { rest?: Record<string, unknown> } = {},
): Promise<CloudFront & { lines: string[] }> {
  received = [];
  answer = (message, response) => {
    message.resume();
    response.end("answer");
  };
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const { rest, ...others } = options;
  return edge.open({
    distributionConfig: toDistributionConfig(behavior, rest),
    s3: { endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", dataDir: edge.s3.dataDir },
    ...others,
  });
}

function send(
  at: CloudFront,
  options: Partial<Parameters<typeof sendRequest>[0]> = {},
): Promise<ReceivedResponse> {
  return sendRequest({ endpoint: at.endpoint, method: "GET", path: "/k", ...options });
}

const NOTHING = { CachePolicyId: CACHING_DISABLED, OriginRequestPolicyId: undefined };

describe("without an origin request policy", () => {
  it("sends path and body, and the headers that CloudFront always sends", async () => {
    const at = await open(NOTHING);
    await send(at, {
      method: "PUT",
      path: "/a%20b/../c?uploadId=u",
      headers: {
        accept: "*/*",
        cookie: "a=b",
        "content-type": "text/plain",
        "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
        "if-none-match": "*",
        "if-match": '"e"',
        range: "bytes=0-1",
        referer: "http://x.test",
        origin: "http://x.test",
        "user-agent": "agent",
        "x-amz-meta-a": "1",
        "x-own": "1",
        "x-forwarded-proto": "https",
        "x-edge-location": "here",
        te: "trailers",
      },
      body: "body",
    });
    const [{ url, headers } = {}] = received;
    expect(url).toBe("/a%20b/../c");
    expect(Object.keys(headers ?? {}).toSorted()).toEqual([
      "authorization",
      "content-length",
      "content-md5",
      "content-type",
      "host",
      "if-match",
      "if-none-match",
      "range",
      "user-agent",
      "via",
      "x-amz-cf-id",
      "x-amz-content-sha256",
      "x-amz-date",
      "x-amz-security-token",
      "x-forwarded-for",
    ]);
    expect(headers).toMatchObject({
      host: "test-bucket.s3.us-east-1.amazonaws.com",
      "user-agent": "Amazon CloudFront",
      "x-forwarded-for": "127.0.0.1",
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    });
  });
});

describe("policies", () => {
  const ofQuery = (QueryStringBehavior: string, QueryStrings?: string[]) => ({
    CookiesConfig: { CookieBehavior: "none" },
    HeadersConfig: { HeaderBehavior: "none" },
    QueryStringsConfig: { QueryStringBehavior, ...(QueryStrings && { QueryStrings }) },
  });

  it.each([
    [ofQuery("none"), "/k"],
    [ofQuery("all"), "/k?b=%20&a&uploadId=u"],
    [ofQuery("whitelist", ["uploadId", "a"]), "/k?a&uploadId=u"],
    [ofQuery("allExcept", ["uploadId"]), "/k?b=%20&a"],
  ])("forward what they name of the query, in its order and spelling: %j", async (policy, expected) => {
    const resources = toResources({ originRequestPolicies: { own: policy } } as object);
    const at = await open({ OriginRequestPolicyId: "own" }, { resources });
    await send(at, { path: "/k?b=%20&a&uploadId=u" });
    expect(received[0]?.url).toBe(expected);
  });

  it("forward what is in the cache's key as well", async () => {
    const resources = toResources({
      cachePolicies: {
        own: {
          DefaultTTL: 0,
          MaxTTL: 1,
          MinTTL: 0,
          ParametersInCacheKeyAndForwardedToOrigin: {
            CookiesConfig: { CookieBehavior: "none" },
            EnableAcceptEncodingGzip: false,
            HeadersConfig: { HeaderBehavior: "whitelist", Headers: ["Origin", "Authorization"] },
            QueryStringsConfig: { QueryStringBehavior: "whitelist", QueryStrings: ["v"] },
          },
        },
      },
      originAccessControls: {
        control: { OriginAccessControlOriginType: "s3", SigningBehavior: "never", SigningProtocol: "sigv4" },
      },
    });
    const at = await open({ ...NOTHING, CachePolicyId: "own" }, { resources });
    await send(at, {
      path: "/k?v=1&w=2",
      headers: { origin: "http://x.test", authorization: "mine", "x-b": "1" },
    });
    expect(received[0]?.url).toBe("/k?v=1");
    expect(received[0]?.headers).toMatchObject({ origin: "http://x.test", authorization: "mine" });
    expect(received[0]?.headers).not.toHaveProperty("x-b");
  });

  it("never forward the managed policy's exceptions, nor what opens the distribution", async () => {
    const at = await open();
    await send(at, {
      path: "/k?response-content-disposition=x&partNumber=1",
      headers: { cookie: "CloudFront-Signature=s; mine=1; CloudFront-Policy=p", "x-own": "1" },
    });
    expect(received[0]?.url).toBe("/k?partNumber=1");
    expect(received[0]?.headers).toMatchObject({ cookie: "mine=1", "x-own": "1" });
  });

  it("leave out Authorization of reads, and keep that of other methods", async () => {
    const resources = toResources({ originAccessControls: {} });
    const Origins = [
      {
        Id: "bucket",
        DomainName: "test-bucket.s3.amazonaws.com",
        OriginPath: "/below",
        S3OriginConfig: {},
      },
    ];
    const at = await open(NOTHING, { resources, rest: { Origins } });
    for (const method of ["GET", "HEAD", "PUT"]) await send(at, { method, headers: { authorization: "a" } });
    expect(received.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined, "a"]);
    expect(received[0]?.url).toBe("/below/k");
  });
});

describe("an answer", () => {
  it("reaches the viewer without S3's ids, and says which way it came", async () => {
    const at = await open();
    answer = (_message, response) => {
      response.writeHead(206, {
        "x-amz-request-id": "R",
        "x-amz-id-2": "I",
        "set-cookie": "a=b",
        etag: '"e"',
        "x-amz-checksum-crc64nvme": "c",
        via: "1.1 before",
        server: "AmazonS3",
      });
      response.end("part");
    };
    const { status, headers, text } = await send(at);
    expect({ status, text }).toEqual({ status: 206, text: "part" });
    expect(headers).toMatchObject({
      etag: '"e"',
      "x-amz-checksum-crc64nvme": "c",
      server: "AmazonS3",
      "x-cache": "Miss from cloudfront",
      "x-amz-cf-id": expect.stringMatching(/^[\w-]{54}==$/),
      via: expect.stringMatching(/^1\.1 before, 1\.1 [\da-f]{32}\.cloudfront\.net \(CloudFront\)$/),
    });
    for (const name of ["x-amz-request-id", "x-amz-id-2", "set-cookie"]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  it("is cut off where the origin's is", async () => {
    const at = await open();
    answer = (_message, response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("half", () => response.destroy());
    };
    await expect(send(at)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  it("is 502 when the origin hangs up, and 504 when it says nothing", async () => {
    const at = await open({}, { timeoutMs: 50 });
    answer = (_message, response) => void response.destroy();
    expect((await send(at)).status).toBe(502);
    answer = () => {};
    expect((await send(at, { method: "PUT", body: "x" })).status).toBe(504);
  });

  it("reaches a viewer that is still sending", async () => {
    const at = await open();
    answer = (message, response) => {
      response.writeHead(403).end("no");
      message.resume();
    };
    const refused = await send(at, { method: "PUT", body: Buffer.alloc(4 * 1024 ** 2) });
    expect(refused).toMatchObject({ status: 403, text: "no" });
  });

  it("ends the request to the origin when the viewer goes away", async () => {
    const at = await open();
    const aborted = new Promise<void>((resolve) => {
      answer = (message) => void message.once("close", resolve).resume();
    });
    const raw = await openRawRequest(
      { ...edge.s3, endpoint: at.endpoint },
      { method: "PUT", path: "/k", signature: "none", headers: { host: "localhost", "content-length": 100 } },
    );
    raw.socket.write("x");
    await expect.poll(() => received.length).toBe(1);
    raw.socket.destroy();
    await aborted;
  });
});

describe("a body of 100 MiB", () => {
  const sizeBytes = 100 * 1024 ** 2;
  let sentBytes = 0;
  let readBytes = 0;
  let mostHeldBytes = 0;

  function* chunks() {
    const chunk = Buffer.alloc(64 * 1024, "x");
    [sentBytes, readBytes, mostHeldBytes] = [0, 0, 0];
    for (; sentBytes < sizeBytes; sentBytes += chunk.length) yield chunk;
  }
  async function readAll(message: IncomingMessage): Promise<void> {
    for await (const chunk of message) {
      readBytes += chunk.length;
      mostHeldBytes = Math.max(mostHeldBytes, sentBytes - readBytes);
    }
  }

  it.each(["PUT", "GET"])("is never held whole on its way: %s", async (method) => {
    const at = await open();
    answer = (message, response) => {
      if (method === "GET") return void pipeline(chunks, response);
      void readAll(message).then(() => response.end());
    };
    const { hostname, port } = new URL(at.endpoint);
    const headers = method === "PUT" ? { "content-length": sizeBytes } : {};
    const request = httpRequest({ hostname, port, method, path: "/large", headers });
    const responded = once(request, "response");
    await pipeline(method === "PUT" ? chunks : [], request);
    const [response] = await responded;
    if (method === "GET") await readAll(response);
    expect(readBytes).toBe(sizeBytes);
    expect(mostHeldBytes).toBeLessThan(sizeBytes / 3); // the sockets' own buffers are among it
    response.destroy();
  });
});

describe("what CloudFront refuses by itself", () => {
  it("methods that the behaviour does not allow", async () => {
    const at = await open({ AllowedMethods: ["GET", "HEAD"] });
    const refused = await send(at, { method: "PUT", body: "x" });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain("not configured to allow the HTTP request method");
    expect(refused.headers).toMatchObject({ server: "CloudFront", "x-cache": "Error from cloudfront" });
    expect(received).toEqual([]);
    expect((await send(at, { method: "OPTIONS" })).status).toBe(403);
    expect((await send(at, { method: "HEAD" })).status).toBe(200);
  });

  it("GET with a body", async () => {
    const at = await open();
    expect((await send(at, { headers: { "content-length": 1 }, body: "x" })).status).toBe(403);
    expect((await send(at, { headers: { "transfer-encoding": "chunked" }, body: "x" })).status).toBe(403);
    expect(received).toEqual([]);
  });

  it("bodies of more than 64 GB, before they are sent", async () => {
    const at = await open();
    const raw = await openRawRequest(
      { ...edge.s3, endpoint: at.endpoint },
      {
        method: "PUT",
        path: "/k",
        signature: "none",
        headers: { host: "localhost", "content-length": 64 * 1024 ** 3 + 1 },
      },
    );
    await raw.closed;
    expect(raw.received()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("URLs over 8,192 bytes and headers over 32,768, and then hangs up", async () => {
    const at = await open();
    const base = `http://127.0.0.1:${at.port}`;
    const path = `/${"x".repeat(8192 - base.length - 1)}`;
    expect((await send(at, { path })).status).toBe(200);
    const long = await send(at, { path: `${path}x` });
    expect(long).toMatchObject({ status: 414, headers: { connection: "close" } });
    expect((await send(at, { headers: { "x-a": "x".repeat(32_000) } })).status).toBe(200);
    for (const sizeBytes of [32_768, 100_000]) {
      const large = await send(at, { headers: { "x-a": "x".repeat(sizeBytes) } });
      expect(large).toMatchObject({ status: 494, headers: { connection: "close" } });
    }
  });

  it("hosts that are not the distribution's", async () => {
    const at = await open({}, { rest: { Aliases: ["files.example.com"] } });
    const statusOf = async (host: string) => (await send(at, { headers: { host } })).status;
    expect(await statusOf("files.example.com")).toBe(200);
    expect(await statusOf(at.domainName)).toBe(200);
    expect(await statusOf("localhost:1")).toBe(200);
    expect(await statusOf("other.example.com")).toBe(403);
  });

  it("HTTP where a behaviour is for HTTPS, unless loopback counts as that", async () => {
    const only = await open({ ViewerProtocolPolicy: "https-only" });
    expect((await send(only)).status).toBe(403);
    const redirecting = await open({ ViewerProtocolPolicy: "redirect-to-https" });
    expect(await send(redirecting, { path: "/a?b" })).toMatchObject({
      status: 301,
      headers: { location: `https://127.0.0.1:${redirecting.port}/a?b` },
    });
    expect((await send(redirecting, { method: "PUT", body: "x" })).status).toBe(307);
    const secure = await open({ ViewerProtocolPolicy: "https-only" }, { loopbackIsSecure: true });
    expect((await send(secure)).status).toBe(200);
  });

  it("paths that are not percent-encoded text, and logs no query", async () => {
    const at = await open();
    expect((await send(at, { path: "/%ff?Signature=secret" })).status).toBe(400);
    expect(at.lines.join()).not.toContain("secret");
    expect(received).toEqual([]);
  });
});

it("takes the first behaviour whose path matches", async () => {
  const at = await open(
    { AllowedMethods: ["GET", "HEAD"] },
    {
      rest: {
        CacheBehaviors: [
          { ...OPEN_BEHAVIOR, PathPattern: "/up/*" },
          { ...OPEN_BEHAVIOR, PathPattern: "/up/closed/*", AllowedMethods: ["GET", "HEAD"] },
        ],
      },
    },
  );
  const statusOf = async (path: string) => (await send(at, { method: "PUT", path, body: "x" })).status;
  expect(await statusOf("/up/k")).toBe(200);
  expect(await statusOf("/up/closed/k")).toBe(200);
  expect(await statusOf("/UP/k")).toBe(403);
  expect(await statusOf("/k")).toBe(403);
  expect(await statusOf("/up/../k")).toBe(403);
});

it("has security headers by a response headers policy, in the place of the origin's where it overrides", async () => {
  const SecurityHeadersConfig = {
    ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'", Override: false },
    ContentTypeOptions: { Override: true },
    FrameOptions: { FrameOption: "DENY" as const, Override: true },
    ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: false },
    StrictTransportSecurity: {
      AccessControlMaxAgeSec: 60,
      IncludeSubdomains: true,
      Override: true,
      Preload: true,
    },
  };
  const at = await open(
    { ResponseHeadersPolicyId: "own" },
    { resources: toResources({ responseHeadersPolicies: { own: { SecurityHeadersConfig } } }) },
  );
  answer = (_message, response) =>
    void response.writeHead(200, { "content-security-policy": "own", "x-frame-options": "own" }).end();
  expect((await send(at)).headers).toMatchObject({
    "content-security-policy": "own",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=60; includeSubDomains; preload",
  });
});

describe("CORS by a response headers policy", () => {
  const policy = (more: object = {}) => ({
    CorsConfig: {
      AccessControlAllowCredentials: false,
      AccessControlAllowHeaders: { Items: ["content-type", "x-amz-*"] },
      AccessControlAllowMethods: { Items: ["GET" as const, "PUT" as const] },
      AccessControlAllowOrigins: { Items: ["http://page.test:4300", "*.example.org"] },
      AccessControlExposeHeaders: { Items: ["etag"] },
      AccessControlMaxAgeSec: 600,
      OriginOverride: true,
      ...more,
    },
  });
  const openWith = (more: object = {}) =>
    open(
      { ResponseHeadersPolicyId: "cors" },
      { resources: toResources({ responseHeadersPolicies: { cors: policy(more) } }) },
    );

  it("is for the origins that it names", async () => {
    const at = await openWith();
    const allowed = async (origin: string) =>
      (await send(at, { headers: { origin } })).headers["access-control-allow-origin"];
    expect(await allowed("http://page.test:4300")).toBe("http://page.test:4300");
    expect(await allowed("https://a.example.org")).toBe("https://a.example.org");
    expect(await allowed("http://page.test")).toBeUndefined();
    expect(await allowed("https://example.org")).toBeUndefined();
    expect(await allowed("https://a.example.org:123")).toBeUndefined();
    expect((await send(at)).headers).not.toHaveProperty("access-control-allow-origin");
  });

  it("tells a preflight more, whose status is the origin's", async () => {
    const at = await openWith();
    answer = (_message, response) => void response.writeHead(204).end();
    const preflight = await send(at, {
      method: "OPTIONS",
      headers: { origin: "http://page.test:4300", "access-control-request-method": "PUT" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": "http://page.test:4300",
      "access-control-allow-methods": "GET,PUT",
      "access-control-allow-headers": "content-type,x-amz-*",
      "access-control-max-age": "600",
      "access-control-expose-headers": "etag",
      vary: "Origin",
    });
    const plain = await send(at, { headers: { origin: "http://page.test:4300" } });
    expect(plain.headers).not.toHaveProperty("access-control-allow-methods");
  });

  it.each([
    [true, "http://page.test:4300"],
    [false, "http://from.origin"],
  ])("overrides what the origin says: %s", async (OriginOverride, expected) => {
    const at = await openWith({ OriginOverride });
    answer = (_message, response) =>
      void response.writeHead(200, { "access-control-allow-origin": "http://from.origin" }).end();
    const { headers } = await send(at, { headers: { origin: "http://page.test:4300" } });
    expect(headers["access-control-allow-origin"]).toBe(expected);
  });
});
