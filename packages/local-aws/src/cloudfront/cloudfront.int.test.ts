import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutBucketCorsCommand,
} from "@aws-sdk/client-s3";
import { getSignedCookies, getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReceivedResponse, sendRequest, xmlValue } from "../testing/send-request.ts";
import type { CloudFront } from "./create-cloudfront.ts";
import { OPEN_BEHAVIOR, toDistributionConfig, toResources } from "./testing/distribution.ts";
import { type Edge, openEdge } from "./testing/open-edge.ts";
import { ECDSA_KEY } from "./testing/signing-keys.ts";

const MiB = 1024 ** 2;
const Bucket = "test-bucket";

let edge: Edge;
let cloudFront: CloudFront & { lines: string[] };

/** As Waybill has it: uploads below `/up/`, and everything else behind signatures. */
beforeAll(async () => {
  edge = await openEdge();
  cloudFront = await edge.open({
    distributionConfig: toDistributionConfig(
      { AllowedMethods: ["GET", "HEAD", "OPTIONS"], TrustedKeyGroups: ["private"] },
      { CacheBehaviors: [{ ...OPEN_BEHAVIOR, PathPattern: "/up/*" }] },
    ),
  });
  await edge.put("k", "stored object");
});
afterAll(() => edge.close());

function send(
  options: Partial<Parameters<typeof sendRequest>[0]> & { path: string },
): Promise<ReceivedResponse> {
  return sendRequest({ endpoint: cloudFront.endpoint, method: "GET", ...options });
}

function signed(path: string, options: object = {}): string {
  const url = getSignedUrl({
    url: `${cloudFront.endpoint}${path}`,
    dateLessThan: new Date(Date.now() + 60_000).toISOString(),
    keyPairId: ECDSA_KEY.keyPairId,
    privateKey: ECDSA_KEY.privateKey,
    ...options,
  });
  return url.slice(cloudFront.endpoint.length);
}

describe("a behaviour with a trusted key group", () => {
  it("opens to a signed URL, whose signature S3 does not see", async () => {
    const read = await send({ path: signed("/k") });
    expect(read).toMatchObject({ status: 200, text: "stored object" });
    const versioned = await send({ path: signed("/k?partNumber=1") });
    expect(versioned.status).toBe(206);
  });

  it("opens to ranges, HEAD and conditions, as S3 answers them", async () => {
    const path = signed("/k");
    const part = await send({ path, headers: { range: "bytes=7-" } });
    expect(part).toMatchObject({
      status: 206,
      text: "object",
      headers: { "content-range": "bytes 7-12/13" },
    });
    const head = await send({ path, method: "HEAD" });
    expect(head).toMatchObject({ status: 200, text: "", headers: { "content-length": "13" } });
    const etag = String(head.headers["etag"]);
    expect((await send({ path, headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await send({ path, headers: { "if-match": '"other"' } })).status).toBe(412);
    expect((await send({ path, headers: { range: "bytes=99-" } })).status).toBe(416);
  });

  it("opens to cookies for a prefix, and to nothing else", async () => {
    await edge.put("mine/a", "mine");
    const cookies = getSignedCookies({
      keyPairId: ECDSA_KEY.keyPairId,
      privateKey: ECDSA_KEY.privateKey,
      policy: JSON.stringify({
        Statement: [
          {
            Resource: `${cloudFront.endpoint}/mine/*`,
            Condition: { DateLessThan: { "AWS:EpochTime": Math.ceil(Date.now() / 1000) + 60 } },
          },
        ],
      }),
    });
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    expect(await send({ path: "/mine/a", headers: { cookie } })).toMatchObject({ status: 200, text: "mine" });
    expect((await send({ path: "/k", headers: { cookie } })).status).toBe(403);
    expect((await send({ path: "/mine/../k", headers: { cookie } })).status).toBe(403);
  });

  it("answers in CloudFront's XML, and says why in the log alone", async () => {
    const missing = await send({ path: "/k" });
    expect(missing).toMatchObject({ status: 403, headers: { "content-type": "text/xml" } });
    expect(xmlValue(missing.text, "Code")).toBe("MissingKey");
    const late = await send({ path: signed("/k", { dateLessThan: new Date(1000).toISOString() }) });
    expect(xmlValue(late.text, "Code")).toBe("AccessDenied");
    expect(cloudFront.lines.at(-1)).toBe(
      "403 AccessDenied GET /k: the policy does not allow it: it has expired",
    );
  });

  it("needs no signature for OPTIONS, which S3 answers by its own rules", async () => {
    const headers = { origin: "http://page.test", "access-control-request-method": "GET" };
    expect((await send({ path: "/k", method: "OPTIONS", headers })).status).toBe(403);
    await edge.client.send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: { CORSRules: [{ AllowedOrigins: ["http://page.test"], AllowedMethods: ["GET"] }] },
      }),
    );
    const preflight = await send({ path: "/k", method: "OPTIONS", headers });
    expect(preflight.status).toBe(200);
    expect(preflight.headers["access-control-allow-origin"]).toBe("http://page.test");
  });

  it("never answers from what another viewer was given", async () => {
    const path = signed("/k");
    expect((await send({ path })).headers["x-cache"]).toBe("Miss from cloudfront");
    expect((await send({ path })).headers["x-cache"]).toBe("Miss from cloudfront");
    expect((await send({ path: "/k" })).status).toBe(403);
  });
});

describe("uploads", () => {
  it("in parts work where the query goes on to S3", async () => {
    const { UploadId } = await edge.client.send(
      new CreateMultipartUploadCommand({ Bucket, Key: "up/parts" }),
    );
    const upload = async (PartNumber: number, body: Buffer) => {
      const path = `/up/parts?partNumber=${PartNumber}&uploadId=${UploadId}`;
      const { status, headers } = await send({ path, method: "PUT", body });
      expect(status).toBe(200);
      return { PartNumber, ETag: String(headers["etag"]) };
    };
    const Parts = [await upload(1, Buffer.alloc(5 * MiB, "a")), await upload(2, Buffer.from("end"))];
    await edge.client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: "up/parts", UploadId, MultipartUpload: { Parts } }),
    );
    expect(await edge.get("up/parts")).toHaveLength(5 * MiB + 3);
  });

  it("in parts write the whole object where it does not: a part takes its place", async () => {
    const at = await edge.open({
      distributionConfig: toDistributionConfig({ OriginRequestPolicyId: undefined }),
    });
    const { UploadId } = await edge.client.send(new CreateMultipartUploadCommand({ Bucket, Key: "lost" }));
    const path = `/lost?partNumber=1&uploadId=${UploadId}`;
    await sendRequest({ endpoint: at.endpoint, method: "PUT", path, body: "part" });
    expect(await edge.get("lost")).toBe("part");
  });

  it("carry checksum and If-None-Match, and S3's errors come back", async () => {
    const headers = { "x-amz-checksum-crc32": "AAAAAA==" };
    const wrong = await send({ path: "/up/sum", method: "PUT", headers, body: "x" });
    expect(wrong.status).toBe(400);
    expect(xmlValue(wrong.text, "Code")).toBe("BadDigest");
    const once = () =>
      send({ path: "/up/once", method: "PUT", headers: { "if-none-match": "*" }, body: "x" });
    expect([(await once()).status, (await once()).status]).toEqual([200, 412]);
  });
});

describe("a distribution that is not known here", () => {
  const lambda = {
    EventType: "viewer-request",
    LambdaFunctionARN: "arn:aws:lambda:us-east-1:000000000000:function:f:1",
  };
  const origin = {
    Id: "bucket",
    DomainName: "test-bucket.s3.us-east-1.amazonaws.com",
    S3OriginConfig: {},
  };
  const origins = (more: object) => ({ Origins: [{ ...origin, ...more }] });

  it.each<[string, object, Record<string, unknown>]>([
    ["another field", {}, { WebACLId: "acl" }],
    ["a field of a behaviour", { ForwardedValues: { QueryString: true } }, {}],
    ["a default root object", {}, { DefaultRootObject: "index.html" }],
    ["error pages of its own", {}, { CustomErrorResponses: [{ ErrorCode: 403 }] }],
    ["no behaviour for the rest", {}, { DefaultCacheBehavior: undefined }],
    ["a reference that is not resolved", {}, { Origins: [{ ...origin, DomainName: { "Fn::GetAtt": [] } }] }],
    ["an origin that is no bucket", {}, origins({ DomainName: "example.com" })],
    ["the website of a bucket", {}, origins({ DomainName: "b.s3-website-us-east-1.amazonaws.com" })],
    ["an origin access identity", {}, origins({ S3OriginConfig: { OriginAccessIdentity: "id" } })],
    ["headers of an origin's own", {}, origins({ OriginCustomHeaders: [] })],
    ["a path that ends in a slash", {}, origins({ OriginPath: "/a/" })],
    ["four methods", { AllowedMethods: ["GET", "HEAD", "OPTIONS", "PUT"] }, {}],
    ["CloudFront Functions", { FunctionAssociations: [{ EventType: "viewer-request" }] }, {}],
    [
      "an event of responses",
      { LambdaFunctionAssociations: [{ ...lambda, EventType: "origin-response" }] },
      {},
    ],
    ["two functions for an event", { LambdaFunctionAssociations: [lambda, lambda] }, {}],
    ["a function that is not here", { LambdaFunctionAssociations: [lambda] }, {}],
    [
      "an unnumbered version",
      {
        LambdaFunctionAssociations: [
          { ...lambda, LambdaFunctionARN: lambda.LambdaFunctionARN.replace(":1", ":$LATEST") },
        ],
      },
      {},
    ],
    [
      "a function of another Region",
      {
        LambdaFunctionAssociations: [
          { ...lambda, LambdaFunctionARN: lambda.LambdaFunctionARN.replace("us-east-1", "eu-west-1") },
        ],
      },
      {},
    ],
    ["an origin that is not here", { TargetOriginId: "other" }, {}],
    ["a key group that is not here", { TrustedKeyGroups: ["other"] }, {}],
    ["five key groups", { TrustedKeyGroups: Array.from({ length: 5 }, () => "private") }, {}],
    ["a policy that is not here", { CachePolicyId: "other" }, {}],
    [
      "a managed policy that is not known",
      { OriginRequestPolicyId: "216adef6-5c7f-47e4-b989-5492eafa07d3" },
      {},
    ],
    [
      "a path pattern that CloudFront has not",
      {},
      { CacheBehaviors: [{ ...OPEN_BEHAVIOR, PathPattern: "/up/{id}" }] },
    ],
  ])("is refused at start: %s", async (_what, behavior, rest) => {
    await expect(edge.open({ distributionConfig: toDistributionConfig(behavior, rest) })).rejects.toThrow(
      /not a distribution|names a/,
    );
  });

  const keys = (publicKey: string) => ({
    publicKeys: { KRSA: { EncodedKey: publicKey }, KECDSA: { EncodedKey: publicKey } },
  });
  const query = (more: object) => ({
    originRequestPolicies: {
      own: {
        CookiesConfig: { CookieBehavior: "none" },
        HeadersConfig: { HeaderBehavior: "none" },
        QueryStringsConfig: { QueryStringBehavior: "all" },
        ...more,
      },
    },
  });
  const cache = (more: object, parameters: object = {}) => ({
    cachePolicies: {
      own: {
        DefaultTTL: 0,
        MaxTTL: 0,
        MinTTL: 0,
        ParametersInCacheKeyAndForwardedToOrigin: {
          CookiesConfig: { CookieBehavior: "none" },
          EnableAcceptEncodingGzip: false,
          HeadersConfig: { HeaderBehavior: "none" },
          QueryStringsConfig: { QueryStringBehavior: "none" },
          ...parameters,
        },
        ...more,
      },
    },
  });

  it.each<[string, object]>([
    ["a key that is none", keys("MII")],
    ["a private key", keys(ECDSA_KEY.privateKey)],
    ["six keys in a group", { keyGroups: { private: { Items: ["a", "b", "c", "d", "e", "f"] } } }],
    ["allViewer, which takes along Host", query({ HeadersConfig: { HeaderBehavior: "allViewer" } })],
    [
      "all but another header than Host",
      query({ HeadersConfig: { HeaderBehavior: "allExcept", Headers: ["x-a"] } }),
    ],
    [
      "Authorization to the origin",
      query({ HeadersConfig: { HeaderBehavior: "whitelist", Headers: ["Authorization"] } }),
    ],
    ["some cookies", query({ CookiesConfig: { CookieBehavior: "whitelist", Cookies: ["a"] } })],
    [
      "eleven names",
      query({
        QueryStringsConfig: {
          QueryStringBehavior: "whitelist",
          QueryStrings: Array.from({ length: 11 }, String),
        },
      }),
    ],
    [
      "a key of a cache that keeps nothing",
      cache({}, { QueryStringsConfig: { QueryStringBehavior: "all" } }),
    ],
    ["compression", cache({ MaxTTL: 1 }, { EnableAcceptEncodingGzip: true })],
    ["resources of another kind", { functions: {} }],
  ])("is refused at start for its resources: %s", async (_what, resources) => {
    const behavior = {
      TrustedKeyGroups: ["private"],
      Compress: true,
      ...("cachePolicies" in resources ? { CachePolicyId: "own" } : {}),
      ...("originRequestPolicies" in resources ? { OriginRequestPolicyId: "own" } : {}),
    };
    const given = { distributionConfig: toDistributionConfig(behavior), resources: toResources(resources) };
    await expect(edge.open(given)).rejects.toThrow(/not a distribution|public key|does not compress/);
    await expect(
      edge.open({ ...given, resources: { ...toResources(), ...query({}), ...cache({}) } as object }),
    ).resolves.toBeDefined();
  });
});
