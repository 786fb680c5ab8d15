import { connect } from "node:net";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { sendSigned, signWithAws4 } from "../testing/s3-under-test.ts";
import { sendRequest, xmlValue } from "../testing/send-request.ts";

let s3: StandIn;
const OBJECT = "/test-bucket/k";

beforeAll(async () => {
  s3 = await openStandIn();
});
afterAll(() => s3.close());
beforeEach(() => {
  s3.lines.length = 0;
});

/** Write these octets to a fresh connection and read until it ends. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(s3.aws.port, "127.0.0.1", () => socket.write(text));
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (received += chunk));
    socket.once("error", reject);
    socket.once("close", () => resolve(received));
  });
}

describe("a refusal", () => {
  it("is XML in Amazon's form, with ids in its headers too", async () => {
    const answer = await sendSigned(s3, { method: "GET", path: "/test-bucket/no%26such" });
    expect(answer.status).toBe(404);
    expect(answer.headers["content-type"]).toBe("application/xml");
    expect(answer.text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code><Message>/,
    );
    expect(xmlValue(answer.text, "Key")).toBe("no&amp;such");
    expect(xmlValue(answer.text, "Resource")).toBe("/test-bucket/no%26such");
    expect(xmlValue(answer.text, "RequestId")).toBe(answer.headers["x-amz-request-id"]);
    expect(xmlValue(answer.text, "HostId")).toBe(answer.headers["x-amz-id-2"]);
  });

  it("of HEAD has no body", async () => {
    const answer = await sendSigned(s3, { method: "HEAD", path: OBJECT });
    expect(answer).toMatchObject({ status: 404, text: "" });
  });

  it("leaves one line in the log, without a word of the query", async () => {
    const { path, headers } = signWithAws4(s3, { method: "GET", path: OBJECT, signQuery: true });
    await sendRequest({
      endpoint: s3.endpoint,
      method: "PUT",
      path,
      headers: { ...headers, "content-length": 0 },
    });
    expect(s3.lines).toEqual(["403 SignatureDoesNotMatch PUT /test-bucket/k: signed for GET, sent as PUT"]);
  });

  it.each([
    ["GET", "/"],
    ["GET", OBJECT],
    ["PUT", OBJECT],
    ["DELETE", "/test-bucket"],
  ])("is AccessDenied for %s %s without a signature", async (method, path) => {
    const answer = await sendRequest({ endpoint: s3.endpoint, method, path });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([403, "AccessDenied"]);
  });

  it.each([
    ["GET", "/test-bucket?replication"],
    ["GET", "/test-bucket?no-such-thing"],
    ["GET", "/test-bucket?list-type=2&versions"],
    ["DELETE", "/test-bucket?encryption"],
    ["POST", "/test-bucket?restore"],
    ["POST", "/test-bucket"],
    ["GET", `${OBJECT}?retention`],
    ["GET", `${OBJECT}?tagging&partNumber=1`],
    ["PUT", `${OBJECT}?versionId=null`],
    ["PUT", `${OBJECT}?legal-hold`],
    ["POST", `${OBJECT}?restore`],
    ["PUT", `${OBJECT}?uploadId=1`],
  ])("is NotImplemented for %s %s", async (method, path) => {
    const answer = await sendSigned(s3, { method, path });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([501, "NotImplemented"]);
  });

  it.each([
    "x-amz-object-lock-mode",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-website-redirect-location",
    "x-amz-copy-source-if-match",
    "x-amz-trailer",
  ])("is NotImplemented for a PUT with %s", async (name) => {
    const answer = await sendSigned(s3, { method: "PUT", path: OBJECT, headers: { [name]: "v" }, body: "x" });
    expect([answer.status, xmlValue(answer.text, "Header")]).toEqual([501, name]);
  });

  it.each([
    ["x-amz-storage-class", "DEEP_ARCHIVE", 501, "NotImplemented"],
    ["x-amz-storage-class", "COLD", 400, "InvalidStorageClass"],
    ["x-amz-server-side-encryption", "aws:kms", 501, "NotImplemented"],
    ["x-amz-server-side-encryption", "ROT13", 400, "InvalidEncryptionAlgorithmError"],
    ["x-amz-acl", "public-read", 400, "AccessControlListNotSupported"],
    ["x-amz-acl", "private", 400, "AccessControlListNotSupported"],
    ["x-amz-grant-read", 'id="1"', 400, "AccessControlListNotSupported"],
    ["x-amz-expected-bucket-owner", "111111111111", 403, "AccessDenied"],
    ["x-amz-expected-bucket-owner", "me", 400, "InvalidBucketOwnerAWSAccountID"],
    ["if-none-match", '"some"', 501, "NotImplemented"],
  ])("of a PUT with %s: %s is %i %s", async (name, value, status, code) => {
    const answer = await sendSigned(s3, {
      method: "PUT",
      path: OBJECT,
      headers: { [name]: value },
      body: "x",
    });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([status, code]);
  });

  it("is MethodNotAllowed for other methods", async () => {
    for (const method of ["PATCH", "POST"]) {
      const answer = await sendSigned(s3, { method, path: OBJECT });
      expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([405, "MethodNotAllowed"]);
    }
  });

  it("names the bucket that is not there", async () => {
    const answer = await sendSigned(s3, { method: "PUT", path: "/absent-bucket/k", body: "x" });
    expect([answer.status, xmlValue(answer.text, "BucketName")]).toEqual([404, "absent-bucket"]);
  });

  it("is InvalidURI for a bad escape", async () => {
    const answer = await sendRequest({ endpoint: s3.endpoint, method: "GET", path: "/test-bucket/%zz" });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([400, "InvalidURI"]);
  });

  it("is MissingContentLength for a body of unknown length", async () => {
    const { headers } = signWithAws4(s3, { method: "PUT", path: OBJECT });
    const answer = await sendRequest({
      endpoint: s3.endpoint,
      method: "PUT",
      path: OBJECT,
      headers: { ...headers, "transfer-encoding": "chunked" },
      body: "x",
    });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([411, "MissingContentLength"]);
  });

  it("is EntityTooLarge over 5 GiB, before a byte is sent", async () => {
    const length = 5 * 1024 ** 3 + 1;
    const { headers } = signWithAws4(s3, {
      method: "PUT",
      path: OBJECT,
      headers: { "content-length": length },
    });
    const lines = Object.entries({ ...headers, Expect: "100-continue", Connection: "close" }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    const answer = await sendRaw(`PUT ${OBJECT} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 400 .*EntityTooLarge/s);
  });

  it("is XAmzContentSHA256Mismatch when the body is another one, and nothing is stored", async () => {
    const { headers } = signWithAws4(s3, {
      method: "PUT",
      path: "/test-bucket/hash",
      headers: { "X-Amz-Content-Sha256": "0".repeat(64) },
    });
    const answer = await sendRequest({
      endpoint: s3.endpoint,
      method: "PUT",
      path: "/test-bucket/hash",
      headers,
      body: "x",
    });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([400, "XAmzContentSHA256Mismatch"]);
    expect((await sendSigned(s3, { method: "HEAD", path: "/test-bucket/hash" })).status).toBe(404);
  });
});

describe("the connection", () => {
  it("brings the refusal to a client that first sends all of a large body", async () => {
    const answer = await sendRequest({
      endpoint: s3.endpoint,
      method: "PUT",
      path: OBJECT,
      body: Buffer.alloc(64 * 1024 ** 2),
    });
    expect([answer.status, xmlValue(answer.text, "Code")]).toEqual([403, "AccessDenied"]);
  });

  it("says 100 Continue only to those who may go on", async () => {
    const put = (headers: Record<string, string | number>): Promise<{ status: number; continued: boolean }> =>
      new Promise((resolve, reject) => {
        let continued = false;
        const request = httpRequest(`${s3.endpoint}${OBJECT}`, {
          method: "PUT",
          headers: { ...headers, expect: "100-continue", "content-length": 1 },
        });
        request.once("continue", () => {
          continued = true;
          request.end("x");
        });
        request.once("response", (response) => {
          response.resume();
          resolve({ status: response.statusCode ?? 0, continued });
          request.destroy();
        });
        request.once("error", reject);
        request.flushHeaders();
      });
    expect(await put({})).toEqual({ status: 403, continued: false });
    const { headers } = signWithAws4(s3, { method: "PUT", path: OBJECT, body: "x" });
    expect(await put(headers)).toEqual({ status: 200, continued: true });
  });

  it.each([
    "junk\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "GET / HTTP/1.1\r\nno colon\r\n\r\n",
    "PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    `GET / HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`,
  ])("survives what is not HTTP: %j", async (text) => {
    expect(await sendRaw(text)).toMatch(
      /^HTTP\/1.1 400 Bad Request\r\n.*<Error><Code>(BadRequest|RequestHeaderSectionTooLarge)</s,
    );
    expect((await sendRequest({ endpoint: s3.endpoint, method: "GET", path: "/" })).status).toBe(403);
  });

  it.each([
    "GET * HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nConnection: close\r\n\r\n",
  ])("answers odd requests with S3's errors: %j", async (text) => {
    expect(await sendRaw(text.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))).toMatch(/<Error><Code>/);
  });
});
