import { describe, expect, it } from "vitest";
import { openRawRequest } from "../testing/open-raw-request.ts";
import { allow, openRestApi } from "../testing/open-rest-api.ts";
import { restDocument } from "../testing/rest-document.ts";

const MiB = 1024 ** 2;

describe("a request", () => {
  it("reaches S3 with the role's signature, and nothing else of the client's", async () => {
    await using api = await openRestApi({ authorize: () => allow({ key: "in/a b", unused: "x" }) });
    const { status, text } = await api.send({
      path: "/things/other?grant=1&uploadId=u&X-Amz-Acl=public-read",
      headers: {
        "x-amz-acl": "public-read",
        authorization: "Bearer mine",
        "content-type": "image/png",
        cookie: "a=b",
      },
      body: "bytes",
    });
    expect([status, text]).toEqual([200, "done"]);
    const [{ headers, ...request } = { headers: {} }] = api.received;
    expect(request).toEqual({ method: "PUT", url: "/bucket/in/a%20b", body: "bytes" });
    expect(Object.keys(headers).toSorted()).toEqual([
      "accept",
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
      "x-amz-content-sha256",
      "x-amz-date",
      "x-amz-security-token",
    ]);
    expect(headers).toMatchObject({
      accept: "application/json",
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20200312\/us-east-1\/s3\/aws4_request, /,
      ),
      "content-type": "image/png",
      "x-amz-date": "20200312T190358Z",
      "x-amz-security-token": "token",
    });
  });

  it("is a GET without a body", async () => {
    await using api = await openRestApi();
    await api.send({ method: "GET", body: "bytes", headers: { "content-length": 5 } });
    expect(api.received).toMatchObject([{ method: "GET", body: "" }]);
  });

  it("carries bytes that are no text, both ways", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    await using api = await openRestApi({
      integration: {
        responses: { default: { statusCode: "200", contentHandling: "CONVERT_TO_BINARY" } },
      },
      answer: (_message, response) => response.end(bytes),
    });
    for (const accept of ["text/plain", "image/webp,*/*;q=0.8"]) {
      expect((await api.send({ method: "GET", headers: { accept } })).bytes).toEqual(bytes);
    }
  });

  it("is broken where its type is not a binary one", async () => {
    await using api = await openRestApi({
      document: { "x-amazon-apigateway-binary-media-types": ["image/*"] },
    });
    const body = Buffer.from([0xff, 0x41]);
    await api.send({ headers: { "content-type": "text/plain" }, body });
    await api.send({ headers: { "content-type": "image/png" }, body });
    expect(api.received.map(({ headers }) => headers["content-length"])).toEqual(["4", "2"]);
  });

  it.each([
    ["another path", "GET", "/other?grant=1", 403, "Missing Authentication Token"],
    ["another method", "DELETE", "/things/a?grant=1", 403, "Missing Authentication Token"],
    ["a key of two segments", "GET", "/things/a/b?grant=1", 403, "Missing Authentication Token"],
    ["no grant", "GET", "/things/a", 401, "Unauthorized"],
    ["an empty grant", "GET", "/things/a?grant=", 401, "Unauthorized"],
    ["a bad escape in its query", "GET", "/things/a?grant=%zz", 400, "Bad Request"],
    ["a brace in its query", "GET", "/things/a?grant={1}", 400, "Bad Request"],
  ])("with %s is refused", async (_what, method, path, status, message) => {
    await using api = await openRestApi();
    const answer = await api.send({ method, path });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { message }]);
    expect(api.events).toEqual([]);
    expect(api.received).toEqual([]);
  });

  it("to another stage is forbidden", async () => {
    await using api = await openRestApi();
    const { status } = await fetch(api.endpoint.replace("/prod", "/test/things/a?grant=1"));
    expect(status).toBe(403);
  });

  it("can have required parameters, which are looked at behind the authorizer", async () => {
    await using api = await openRestApi({
      parameters: [{ name: "size", in: "query", required: true, schema: { type: "string" } }],
      method: { "x-amazon-apigateway-request-validator": "parameters" },
      document: {
        "x-amazon-apigateway-request-validators": {
          parameters: { validateRequestBody: false, validateRequestParameters: true },
        },
      },
    });
    const { status, text } = await api.send({});
    expect([status, JSON.parse(text)]).toEqual([
      400,
      { message: "Missing required request parameters: [size]" },
    ]);
    expect((await api.send({ path: "/things/a?grant=1&size=3" })).status).toBe(200);
  });
});

describe("limits", () => {
  it("are 10 MB of a body, whether it says its length or not", async () => {
    await using api = await openRestApi();
    const full = Buffer.alloc(10 * MiB);
    expect((await api.send({ body: full })).status).toBe(200);
    for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
      const { status, text } = await api.send({ body: Buffer.concat([full, Buffer.alloc(1)]), headers });
      expect([status, JSON.parse(text)]).toEqual([413, { message: "Request Too Long" }]);
    }
    expect(api.received).toHaveLength(1);
  });

  it("let a client that waits hear of it before it sends", async () => {
    await using api = await openRestApi();
    const { hostname, port } = new URL(api.endpoint);
    const request = await openRawRequest(
      {
        endpoint: `http://${hostname}:${port}`,
        region: "",
        credentials: { accessKeyId: "", secretAccessKey: "" },
      },
      {
        method: "PUT",
        path: "/prod/things/a?grant=1",
        headers: { host: "h", expect: "100-continue", "content-length": 11 * MiB },
        signature: "none",
      },
    );
    expect(await request.closed).toBe("end");
    expect(request.received()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("are 10 MB of an answer", async () => {
    await using api = await openRestApi({
      answer: (message, response) =>
        response.end(message.method === "PUT" ? Buffer.alloc(10 * MiB + 1) : "small"),
    });
    expect((await api.send({})).status).toBe(500);
    expect((await api.send({ method: "GET" })).text).toBe("small");
    expect(api.lines).toEqual([expect.stringContaining("S3 answered with 10485761 bytes")]);
  });

  it("are 10,240 bytes of headers", async () => {
    await using api = await openRestApi();
    expect((await api.send({ headers: { "x-long": "x".repeat(9000) } })).status).toBe(200);
    expect((await api.send({ headers: { "x-long": "x".repeat(10_240) } })).status).toBe(431);
    expect((await api.send({ headers: { "x-long": "x".repeat(20_000) } })).status).toBe(431);
  });

  it("are the time of the integration", async () => {
    await using api = await openRestApi({ integration: { timeoutInMillis: 50 }, answer: () => {} });
    const { status, text } = await api.send({});
    expect([status, JSON.parse(text)]).toEqual([504, { message: "Endpoint request timed out" }]);
  });
});

describe("an answer", () => {
  it("has the headers that are mapped, in S3's writing, and those of the gateway", async () => {
    await using api = await openRestApi({
      responses: {
        "200": {
          statusCode: "200",
          responseParameters: {
            "method.response.header.ETag": "integration.response.header.ETag",
            "method.response.header.X-Own": "context.requestId",
            "method.response.header.Content-Length": "integration.response.header.Content-Length",
            "method.response.header.Date": "integration.response.header.Date",
            "method.response.header.Authorization": "'mine'",
            "method.response.header.TE": "'trailers'",
            "method.response.header.Content-Type": "integration.response.header.content-type",
          },
        },
      },
      answer: (_message, response) =>
        response
          .writeHead(200, {
            etag: '"e"',
            "content-type": "text/plain",
            "x-amz-id-2": "i",
            "content-length": 4,
          })
          .end("done"),
    });
    const { headers } = await api.send({});
    expect(headers).toMatchObject({
      etag: '"e"',
      "x-own": expect.stringMatching(/^[\da-f-]{36}$/),
      "content-type": "application/json", // S3 writes Content-Type
      "content-length": "4",
      "x-amzn-remapped-content-length": "4",
      "x-amzn-remapped-date": expect.any(String),
      "x-amzn-remapped-authorization": "mine",
      "x-amzn-requestid": headers["x-own"],
    });
    for (const name of ["x-amz-id-2", "authorization", "te"]) expect(headers).not.toHaveProperty(name);
  });

  it.each([
    ["200", 200],
    ["404", 404],
    ["4", 502],
    [String.raw`4\d{2}`, 404],
  ])("with 404 from S3 and the pattern %s is a %i", async (pattern, status) => {
    const mapped = { [pattern]: { statusCode: "404" } };
    await using api = await openRestApi({
      responses: pattern === "200" ? { default: { statusCode: "200" } } : mapped,
      answer: (_message, response) => response.writeHead(404).end(),
    });
    expect((await api.send({})).status).toBe(status); // the first is what happens where nobody thinks of errors
  });

  it("that nothing is mapped for is an error of the gateway", async () => {
    await using api = await openRestApi({
      integration: { responses: { "200": { statusCode: "200" } } },
      answer: (_message, response) => response.writeHead(404).end(),
    });
    expect((await api.send({})).status).toBe(500);
  });

  it("that nobody gives is 504", async () => {
    await using api = await openRestApi({ answer: (_message, response) => response.destroy() });
    expect((await api.send({})).status).toBe(504);
    expect(api.lines).toEqual([
      expect.stringMatching(/^504 PUT \/prod\/things\/a: S3 at .* cannot be reached/),
    ]);
  });

  it("is 500 where what the authorizer gives cannot be sent", async () => {
    await using api = await openRestApi({
      requestParameters: { "integration.request.header.x-own": "context.authorizer.own" },
      authorize: () => allow({ key: "a", own: "line\r\nx-amz-acl: public-read" }),
    });
    expect((await api.send({})).status).toBe(500);
    expect(api.received).toEqual([]);
  });

  it("is the document's own where the gateway refuses", async () => {
    await using api = await openRestApi({
      document: {
        "x-amazon-apigateway-gateway-responses": {
          DEFAULT_4XX: {
            responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" },
          },
          UNAUTHORIZED: {
            statusCode: "418",
            responseTemplates: { "application/json": '{"why":$context.error.messageString,"what":"own"}' },
          },
        },
      },
    });
    const other = await api.send({ path: "/other" });
    expect(other).toMatchObject({
      status: 403,
      headers: {
        "access-control-allow-origin": "*",
        "x-amzn-errortype": "MissingAuthenticationTokenException",
      },
    });
    const unauthorized = await api.send({ path: "/things/a" });
    expect([unauthorized.status, JSON.parse(unauthorized.text)]).toEqual([
      418,
      { why: "Unauthorized", what: "own" },
    ]);
    expect(unauthorized.headers).not.toHaveProperty("access-control-allow-origin");
    const tooLarge = await api.send({ body: Buffer.alloc(11 * MiB) });
    expect(tooLarge.headers).not.toHaveProperty("access-control-allow-origin");
  });
});

describe("a mock", () => {
  const mock = (contentHandling: string | undefined) => ({
    document: {
      paths: {
        "/things/{key}": {
          options: {
            parameters: [{ name: "key", in: "path", required: true, schema: { type: "string" } }],
            responses: { "204": { description: "Answer" } },
            "x-amazon-apigateway-integration": {
              type: "mock",
              ...(contentHandling === undefined ? {} : { contentHandling }),
              requestTemplates: { "application/json": '{"statusCode": 204}' },
              responses: { "204": { statusCode: "204" } },
            },
          },
        },
      },
    },
  });

  it("answers without a grant, and without S3", async () => {
    await using api = await openRestApi(mock("CONVERT_TO_TEXT"));
    expect((await api.send({ method: "OPTIONS", path: "/things/a" })).status).toBe(204);
    expect(api.received).toEqual([]);
  });

  it("fails where every type is a binary one and nothing makes it text", async () => {
    await using api = await openRestApi(mock(undefined));
    expect((await api.send({ method: "OPTIONS", path: "/things/a" })).status).toBe(500);
  });
});

it("does not start with a document that it does not know", async () => {
  await expect(openRestApi({ integration: { type: "http" } })).rejects.toThrow("cannot be executed");
  expect(restDocument()).toHaveProperty("openapi");
});
