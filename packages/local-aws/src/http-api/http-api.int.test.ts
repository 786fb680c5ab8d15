import { setTimeout as sleep } from "node:timers/promises";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createOidcIssuer, type OidcIssuer } from "../oidc/create-oidc-issuer.ts";
import { type ReceivedResponse, sendRequest } from "../testing/send-request.ts";
import { createHttpApi, type HttpApi, type HttpApiOptions } from "./create-http-api.ts";

let api: HttpApi;
let events: APIGatewayProxyEventV2[] = [];
let lines: string[] = [];

async function start(options: Partial<HttpApiOptions> = {}): Promise<void> {
  events = [];
  lines = [];
  const { invoke = async () => ({ statusCode: 200 }) } = options;
  api = await createHttpApi({
    clock: () => new Date("2020-03-12T19:03:58.390Z"),
    log: (line) => lines.push(line),
    ...options,
    invoke: (event) => {
      events.push(event);
      return invoke(event);
    },
  });
}
afterEach(() => api.close());

function send(
  options: {
    method?: string;
    path?: string;
    headers?: Record<string, string | number>;
    body?: string | Buffer;
  } = {},
): Promise<ReceivedResponse> {
  return sendRequest({ endpoint: api.endpoint, method: "GET", path: "/", ...options });
}

describe("the event", () => {
  it("has the shape of payload format 2.0", async () => {
    await start();
    await send({
      method: "POST",
      path: "/files/a%20b?x=1&y=a%2Fb&x=2&z",
      headers: {
        "X-Own": "1",
        cookie: "c=1; d=2",
        "content-type": "application/json",
        "user-agent": "agent",
        host: "id.localhost:1",
      },
      body: '{"a":"é"}',
    });
    const [event] = events;
    expect(event).toEqual({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/files/a%20b",
      rawQueryString: "x=1&y=a%2Fb&x=2&z",
      cookies: ["c=1", "d=2"],
      headers: {
        "x-own": "1",
        "content-type": "application/json",
        "content-length": "10",
        "user-agent": "agent",
        host: "id.localhost:1",
        connection: "keep-alive",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": String(api.port),
        "x-forwarded-proto": "http",
      },
      queryStringParameters: { x: "1,2", y: "a/b", z: "" },
      requestContext: {
        accountId: "000000000000",
        apiId: "local",
        domainName: "id.localhost",
        domainPrefix: "id",
        http: {
          method: "POST",
          path: "/files/a b",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "agent",
        },
        requestId: expect.stringMatching(/^[\w-]{15}$/),
        routeKey: "$default",
        stage: "$default",
        time: "12/Mar/2020:19:03:58 +0000",
        timeEpoch: 1_584_039_838_390,
      },
      body: '{"a":"é"}',
      isBase64Encoded: false,
    });
  });

  it("has neither body, cookies nor parameters where there are none", async () => {
    await start();
    await send();
    expect(Object.keys(events[0] ?? {})).toEqual([
      "version",
      "routeKey",
      "rawPath",
      "rawQueryString",
      "headers",
      "requestContext",
      "isBase64Encoded",
    ]);
    expect(events[0]?.isBase64Encoded).toBe(false);
  });

  it.each([
    ["text/plain", false],
    ["application/json; charset=utf-8", false],
    ["application/javascript", false],
    ["application/xml", false],
    ["application/problem+json", false],
    ["image/svg+xml", true],
    ["image/png", true],
    ["application/octet-stream", true],
    ["application/x-www-form-urlencoded", true],
    [undefined, true],
  ])("with content-type %s has a base64 body: %s", async (type, isBase64Encoded) => {
    await start();
    await send({
      method: "POST",
      ...(type === undefined ? {} : { headers: { "content-type": type } }),
      body: "hi",
    });
    expect(events[0]).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? "aGk=" : "hi" });
  });

  it("joins repeated headers by commas", async () => {
    await start();
    await fetch(api.endpoint, {
      headers: [
        ["x-a", "1"],
        ["x-a", "2"],
      ],
    });
    expect(events[0]?.headers["x-a"]?.replaceAll(" ", "")).toBe("1,2");
  });
});

describe("the result", () => {
  it("is decoded, with headers, cookies and base64", async () => {
    await start({
      invoke: async () => ({
        statusCode: 201,
        headers: { "X-Own": 5, "Content-Type": "image/png", "content-length": "999" },
        cookies: ["a=1", "b=2"],
        body: "AAEC",
        isBase64Encoded: true,
      }),
    });
    const answer = await send();
    expect(answer.bytes).toEqual(Buffer.of(0, 1, 2));
    expect(answer).toMatchObject({
      status: 201,
      headers: {
        "x-own": "5",
        "content-type": "image/png",
        "set-cookie": ["a=1", "b=2"],
        "content-length": "3",
      },
    });
    expect(answer.headers["apigw-requestid"]).toBe(events[0]?.requestContext.requestId);
  });

  it("without a status code is the body of a 200", async () => {
    await start({ invoke: async () => ({ now: new Date(0), gone: undefined }) });
    expect(await send()).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json" },
      text: '{"now":"1970-01-01T00:00:00.000Z"}',
    });
  });

  it.each([
    ["a throw", async () => Promise.reject(new Error("secret detail"))],
    ["a status code that is none", async () => ({ statusCode: "many" })],
    ["a body that is no text", async () => ({ statusCode: 200, body: { a: 1 } })],
    ["headers that are a list", async () => ({ statusCode: 200, headers: ["a"] })],
    ["a header with a line break", async () => ({ statusCode: 200, headers: { a: "b\r\nc" } })],
    ["what JSON cannot hold", async () => ({ statusCode: 200n })],
    ["more than 6 MB", async () => ({ statusCode: 200, body: "x".repeat(6 * 1024 ** 2) })],
  ])("that is %s becomes a 500 that says nothing", async (_name, invoke) => {
    await start({ invoke });
    expect(await send()).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
    expect(lines).toHaveLength(1);
  });

  it("that takes too long becomes a 503", async () => {
    const end = new AbortController();
    await start({ timeoutMs: 20, invoke: () => sleep(60_000, undefined, { signal: end.signal }) });
    expect(await send()).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
    end.abort();
  });
});

describe("the limits", () => {
  const tooLarge = { status: 413, text: '{"message":"Request Entity Too Large"}' };

  it("refuse a body over 10 MB and an event over 6 MB, and take what is below", async () => {
    await start();
    const json = { "content-type": "application/json" };
    const body = (bytes: number): Buffer => Buffer.alloc(bytes, "a");
    expect(await send({ method: "POST", headers: json, body: body(10 * 1024 ** 2 + 1) })).toMatchObject(
      tooLarge,
    );
    expect(await send({ method: "POST", headers: json, body: body(6 * 1024 ** 2) })).toMatchObject(tooLarge);
    const binary = body(Math.floor(4.5 * 1024 ** 2)); // exactly 6 MiB as base64, and then the event
    expect(await send({ method: "POST", body: binary })).toMatchObject(tooLarge);
    expect(events).toHaveLength(0);
    expect(await send({ method: "POST", body: body(4.4 * 1024 ** 2) })).toMatchObject({ status: 200 });
  });

  it("stop a body of unknown length at 10 MB", async () => {
    await start();
    const headers = { "transfer-encoding": "chunked" };
    const answer = await send({ method: "POST", headers, body: Buffer.alloc(11 * 1024 ** 2) });
    expect(answer).toMatchObject(tooLarge);
  });

  it("refuse request line and headers over 10,240 bytes", async () => {
    await start();
    expect(await send({ headers: { "x-long": "x".repeat(10_000) } })).toMatchObject({ status: 200 });
    expect(await send({ headers: { "x-long": "x".repeat(10_240) } })).toMatchObject({ status: 431 });
    expect(await send({ headers: { "x-long": "x".repeat(20_000) } })).toMatchObject({ status: 431 });
  });
});

describe("the authorizer", () => {
  const AUDIENCE = "urn:api";
  let issuer: OidcIssuer;
  beforeAll(async () => {
    issuer = await createOidcIssuer({ users: [], clients: [], audience: AUDIENCE });
  });
  afterAll(() => issuer.close());
  const options = () => ({
    clock: () => new Date(),
    jwtAuthorizer: { issuer: issuer.issuer, audience: [AUDIENCE] },
    publicPaths: (path: string) => path === "/health",
    authorizationScopes: (path: string) => (path === "/sweep" ? ["sweep"] : []),
  });

  it("puts claims and scopes into the event, or answers 401 and 403", async () => {
    await start(options());
    const authorization = `Bearer ${await issuer.mintAccessToken({ sub: "u1", scope: "up sweep" })}`;
    expect(await send()).toMatchObject({
      status: 401,
      text: '{"message":"Unauthorized"}',
      headers: { "www-authenticate": "Bearer" },
    });
    const plain = `Bearer ${await issuer.mintAccessToken({ sub: "u1" })}`;
    const forbidden = await send({ path: "/sweep", headers: { authorization: plain } });
    expect(forbidden).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    expect(events).toHaveLength(0);
    expect(lines.join("\n")).not.toContain(plain.slice(7));
    await send({ headers: { authorization } });
    await send({ path: "/sweep?x=1", headers: { authorization } });
    expect(events.map(({ requestContext }) => requestContext)).toMatchObject([
      { authorizer: { jwt: { claims: { sub: "u1" }, scopes: null } } },
      { authorizer: { jwt: { claims: { sub: "u1" }, scopes: ["sweep"] } } },
    ]);
  });

  it("is not asked for public paths", async () => {
    await start(options());
    expect(await send({ path: "/health?x=1" })).toMatchObject({ status: 200 });
    expect(events[0]?.requestContext).not.toHaveProperty("authorizer");
  });
});

describe("CORS", () => {
  const origin = "http://localhost:4300";
  const cors = {
    allowOrigins: [origin],
    allowHeaders: ["authorization", "content-type"],
    allowMethods: ["GET", "POST"],
    exposeHeaders: ["x-own"],
    maxAge: 60,
  };
  const preflight = (from: string): Promise<ReceivedResponse> =>
    send({ method: "OPTIONS", headers: { origin: from, "access-control-request-method": "POST" } });

  it("is answered by the gateway, before any authorizer", async () => {
    await start({ cors, jwtAuthorizer: { issuer: "https://issuer.invalid", audience: [] } });
    expect(await preflight(origin)).toMatchObject({
      status: 204,
      headers: {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-max-age": "60",
      },
    });
    expect((await preflight("http://evil")).headers["access-control-allow-origin"]).toBeUndefined();
    expect(events).toHaveLength(0);
  });

  it("lets credentials through where that is allowed, for origins that are named", async () => {
    await start({ cors: { ...cors, allowCredentials: true } });
    const allowed = "access-control-allow-credentials";
    expect((await preflight(origin)).headers[allowed]).toBe("true");
    expect((await send({ headers: { origin } })).headers[allowed]).toBe("true");
    expect((await send({ headers: { origin: "http://evil" } })).headers[allowed]).toBeUndefined();
    const anybody = start({ cors: { ...cors, allowOrigins: ["*"], allowCredentials: true } });
    await expect(anybody).rejects.toThrow("no origin may be *");
  });

  it("overrides what the function says, and is on errors too", async () => {
    await start({
      cors,
      invoke: async () => ({
        statusCode: 200,
        headers: { "Access-Control-Allow-Origin": "*", "x-own": "1" },
      }),
    });
    const answer = await send({ headers: { origin } });
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-expose-headers": "x-own",
      "x-own": "1",
    });
    expect(
      (await send({ headers: { origin: "http://evil" } })).headers["access-control-allow-origin"],
    ).toBeUndefined();
    const tooLong = await send({ headers: { origin, "x-long": "x".repeat(10_240) } });
    expect(tooLong).toMatchObject({ status: 431, headers: { "access-control-allow-origin": origin } });
  });

  it("is the function's own affair where the gateway has none", async () => {
    await start({
      invoke: async () => ({ statusCode: 200, headers: { "Access-Control-Allow-Origin": "*" } }),
    });
    expect((await send({ headers: { origin } })).headers["access-control-allow-origin"]).toBe("*");
  });
});
