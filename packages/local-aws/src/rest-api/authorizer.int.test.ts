import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { allow, openRestApi } from "../testing/open-rest-api.ts";

const ARN = "arn:aws:execute-api:us-east-1:000000000000:local/prod";

describe("an authorizer", () => {
  it("is asked with the shape that is documented", async () => {
    await using api = await openRestApi();
    await api.send({
      path: "/things/a%2Fb%20c?grant=1&x=a%20b&x=2",
      headers: {
        Host: "id.localhost:1",
        "X-Own": "1",
        "user-agent": "agent",
        "content-md5": "m",
        "x-forwarded-for": "192.0.2.1",
      },
      body: "bytes",
    });
    const headers = {
      Host: "id.localhost:1",
      "X-Own": "1",
      "user-agent": "agent",
      "X-Forwarded-For": "127.0.0.1",
      "X-Forwarded-Port": new URL(api.endpoint).port,
      "X-Forwarded-Proto": "http",
    };
    expect(api.events).toEqual([
      {
        type: "REQUEST",
        methodArn: `${ARN}/PUT/things/a%2Fb%20c`,
        resource: "/things/{key}",
        path: "/things/a%2Fb%20c",
        httpMethod: "PUT",
        headers,
        multiValueHeaders: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, [value]]),
        ),
        queryStringParameters: { grant: "1", x: "2" },
        multiValueQueryStringParameters: { grant: ["1"], x: ["a b", "2"] },
        pathParameters: { key: "a%2Fb%20c" },
        stageVariables: {},
        requestContext: {
          accountId: "000000000000",
          apiId: "local",
          domainName: "id.localhost",
          domainPrefix: "id",
          extendedRequestId: expect.any(String),
          httpMethod: "PUT",
          identity: expect.objectContaining({ sourceIp: "127.0.0.1", userAgent: "agent", user: null }),
          path: "/prod/things/a%2Fb%20c",
          protocol: "HTTP/1.1",
          requestId: expect.stringMatching(/^[\da-f-]{36}$/),
          requestTime: "12/Mar/2020:19:03:58 +0000",
          requestTimeEpoch: 1_584_039_838_390,
          resourceId: "/things/{key}",
          resourcePath: "/things/{key}",
          stage: "prod",
        },
      },
    ]);
  });

  it("decides of the method that a header puts in place of another", async () => {
    await using api = await openRestApi({ authorize: () => allow({ key: "a" }, `${ARN}/GET/things/a`) });
    expect((await api.send({ method: "GET" })).status).toBe(200);
    for (const name of ["X-HTTP-Method-Override", "x-http-method-override"]) {
      const { status } = await api.send({ method: "GET", headers: { [name]: "PUT" } });
      expect(status).toBe(403);
    }
    expect(api.received.map(({ method }) => method)).toEqual(["GET"]);
  });

  it.each([
    ["for this method", `${ARN}/PUT/things/a`, 200],
    ["for all", "*", 200],
    ["with a wildcard", "arn:aws:execute-api:*:*:*/prod/*/things/*", 200],
    ["for another method", `${ARN}/GET/things/a`, 403],
    ["for another path", `${ARN}/PUT/things/b`, 403],
    ["for another stage", "arn:aws:execute-api:us-east-1:000000000000:local/test/*", 403],
    ["for another service", "arn:aws:s3:::bucket/*", 403],
  ])("that allows %s lets through what it allows", async (_what, resource, status) => {
    await using api = await openRestApi({ authorize: () => allow({ key: "a" }, resource) });
    const answer = await api.send({});
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(answer.text).toBe('{"message":"User is not authorized to access this resource"}');
  });

  it("that denies says so", async () => {
    await using api = await openRestApi({ authorize: () => allow({ key: "a" }, "*", "Deny") });
    const { status, text } = await api.send({});
    expect([status, JSON.parse(text)]).toEqual([
      403,
      { message: "User is not authorized to access this resource with an explicit deny" },
    ]);
  });

  const thrown = (message: string) => () => {
    throw new Error(message);
  };
  it.each<[string, (event: APIGatewayRequestAuthorizerEvent) => unknown, number]>([
    ["throws Unauthorized", thrown("Unauthorized"), 401],
    ["throws anything else", thrown("no"), 500],
    ["answers nothing", () => undefined, 500],
    ["answers another format", () => ({ isAuthorized: true }), 500],
    ["gives no principal", () => ({ ...(allow() as object), principalId: undefined }), 500],
    ["gives no policy", () => ({ principalId: "alice" }), 500],
    ["gives a policy that is none", () => ({ principalId: "alice", policyDocument: { Statement: [] } }), 500],
    ["has an object in its context", () => allow({ key: { a: 1 } }), 500],
    ["has a list in its context", () => allow({ key: ["a"] }), 500],
    ["has nothing in its context for the path", () => allow({}), 500],
  ])("that %s lets nothing through", async (_what, authorize, status) => {
    await using api = await openRestApi({ authorize });
    expect((await api.send({})).status).toBe(status);
    expect(api.received).toEqual([]);
    expect(api.lines).toHaveLength(1);
  });

  it("gives strings, numbers and truths, which arrive as text", async () => {
    await using api = await openRestApi({
      requestParameters: {
        "integration.request.querystring.n": "context.authorizer.n",
        "integration.request.querystring.b": "context.authorizer.b",
        "integration.request.querystring.p": "context.authorizer.principalId",
      },
      authorize: () => allow({ key: "a", n: 3, b: false }),
    });
    await api.send({});
    expect(api.received[0]?.url).toBe("/bucket/a?n=3&b=false&p=alice");
  });
});

describe("the cache of an authorizer", () => {
  let nowMs = 0;
  const open = (ttlSeconds: number, authorize: (event: APIGatewayRequestAuthorizerEvent) => unknown) => {
    nowMs = Date.parse("2020-03-12T19:00:00Z");
    return openRestApi({
      authorizer: { authorizerResultTtlInSeconds: ttlSeconds },
      authorize,
      clock: () => new Date(nowMs),
    });
  };
  /** Lets whoever has a grant write its key for a minute. */
  const forAMinute = (event: APIGatewayRequestAuthorizerEvent) =>
    event.requestContext.requestTimeEpoch < Date.parse("2020-03-12T19:01:00Z")
      ? allow({ key: event.pathParameters?.["key"] ?? "" })
      : allow({}, "*", "Deny");

  it("does not exist with a TTL of 0", async () => {
    await using api = await open(0, forAMinute);
    await api.send({});
    await api.send({ path: "/things/b?grant=1" });
    expect(api.received.map(({ url }) => url)).toEqual(["/bucket/a", "/bucket/b"]);
    nowMs += 60_000;
    expect((await api.send({})).status).toBe(403);
    expect(api.events).toHaveLength(3);
  });

  it("lets a grant outlive itself, and answers for whatever shares the identity sources", async () => {
    await using api = await open(300, forAMinute);
    await api.send({});
    await api.send({ path: "/things/b?grant=1" }); // not asked for b, and so written to a
    nowMs += 299_999;
    await api.send({});
    expect(api.received.map(({ url }) => url)).toEqual(["/bucket/a", "/bucket/a", "/bucket/a"]);
    expect(api.events).toHaveLength(1);
    await api.send({ path: "/things/b?grant=2" });
    nowMs += 1;
    expect((await api.send({})).status).toBe(403);
    expect(api.events).toHaveLength(3);
  });

  it("still holds each request against the policy that it keeps", async () => {
    await using api = await open(300, ({ methodArn }) => allow({ key: "a" }, methodArn));
    expect((await api.send({})).status).toBe(200);
    expect((await api.send({ path: "/things/b?grant=1" })).status).toBe(403);
    expect((await api.send({ method: "GET" })).status).toBe(403);
    expect(api.events).toHaveLength(1);
  });

  it("keeps no failure", async () => {
    let isDown = true;
    await using api = await open(300, () => {
      if (isDown) throw new Error("down");
      return allow();
    });
    expect((await api.send({})).status).toBe(500);
    isDown = false;
    expect((await api.send({})).status).toBe(200);
  });
});
