import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsV4Signer } from "aws4fetch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aws, dates, headerTexts, keys, regions, signers } from "../testing/signing-arbitraries.ts";
import { signRequest } from "./sign-request.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const NOTHING = sha256("");

/** SHA-256 as the SDK wants it handed in. */
class Sha256 {
  readonly #hash: { update(data: Uint8Array): unknown; digest(): Uint8Array };

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", toBytes(secret));
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return new TextEncoder().encode(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

const requests = fc.record({
  method: fc.constantFrom(...(["GET", "HEAD", "PUT", "POST", "DELETE"] as const)),
  origin: fc.constantFrom("https://files.s3.eu-west-1.amazonaws.com", "http://127.0.0.1:4320"),
  path: keys.map((key) => `/${key}`),
  query: fc.dictionary(
    fc.constantFrom("uploads", "uploadId", "partNumber", "prefix", "a b", "ä", "X", "x-id"),
    fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "a+b", "%2F", "/", "(*)'!")),
  ),
  headers: fc.dictionary(
    fc.constantFrom("content-type", "content-md5", "if-none-match", "range", "x-amz-meta-a", "x-amz-acl"),
    headerTexts,
  ),
  credentials: signers,
  region: regions,
  signedAt: dates,
  payload: fc.oneof(fc.constantFrom("UNSIGNED-PAYLOAD", NOTHING), fc.string().map(sha256)),
});

describe("signRequest", () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const example = {
    ...aws,
    method: "GET" as const,
    origin: "https://examplebucket.s3.amazonaws.com",
    path: "/",
    region: "us-east-1",
    payload: NOTHING,
  };
  it.each([
    {
      name: "GET Object",
      request: { path: "/test.txt", headers: { range: "bytes=0-9" } },
      url: "https://examplebucket.s3.amazonaws.com/test.txt",
      signedHeaders: "host;range;x-amz-content-sha256;x-amz-date",
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    },
    {
      name: "PUT Object",
      request: {
        method: "PUT" as const,
        path: "/test$file.text",
        headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
        payload: sha256("Welcome to Amazon S3."),
      },
      url: "https://examplebucket.s3.amazonaws.com/test%24file.text",
      signedHeaders: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    },
    {
      name: "GET Bucket Lifecycle",
      request: { query: { lifecycle: "" } },
      url: "https://examplebucket.s3.amazonaws.com/?lifecycle=",
      signedHeaders: "host;x-amz-content-sha256;x-amz-date",
      signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    },
    {
      name: "GET Bucket (List Objects)",
      request: { query: { "max-keys": "2", prefix: "J" } },
      url: "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J",
      signedHeaders: "host;x-amz-content-sha256;x-amz-date",
      signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    },
  ])("gives the signature of AWS's published example $name", ({ request, url, signedHeaders, signature }) => {
    const signed = signRequest({ ...example, ...request });
    expect(signed.url).toBe(url);
    expect(signed.headers).toEqual({
      ...request.headers,
      "x-amz-content-sha256": request.payload ?? NOTHING,
      "x-amz-date": "20130524T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, " +
        `SignedHeaders=${signedHeaders}, Signature=${signature}`,
    });
  });

  it("signs as the SDK signs, whatever the request", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (options) => {
        const { method, origin, query, credentials, region, signedAt, payload } = options;
        const signed = signRequest(options);
        const { protocol, host, hostname, port, pathname } = new URL(signed.url);
        const sdk = new SignatureV4({
          service: "s3",
          region,
          credentials: { ...credentials }, // the SDK writes into the object it is given
          sha256: Sha256,
          uriEscapePath: false,
          applyChecksum: true,
        });
        const expected = await sdk.sign(
          {
            method,
            protocol,
            hostname,
            path: pathname,
            query,
            ...(port === "" ? {} : { port: Number(port) }),
            headers: { ...options.headers, host, "x-amz-content-sha256": payload },
          },
          { signingDate: signedAt },
        );
        expect({ host, ...signed.headers }).toEqual(expected.headers);
        expect([signed.method, signed.url.split("?")[0]]).toEqual([method, `${origin}${pathname}`]);
      }),
      { numRuns: 200 },
    );
  });

  it("signs as aws4fetch signs the URL that is to be requested", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (options) => {
        const { method, credentials, region, payload } = options;
        const { url, headers } = signRequest({ ...options, headers: { range: "bytes=0-9" } });
        const signer = new AwsV4Signer({
          ...credentials,
          method,
          url,
          region,
          service: "s3",
          allHeaders: true,
          headers: { range: "bytes=0-9", "x-amz-content-sha256": payload },
          datetime: headers["x-amz-date"] ?? "",
        });
        expect(headers["authorization"]).toBe(await signer.authHeader());
      }),
      { numRuns: 200 },
    );
  });
});
