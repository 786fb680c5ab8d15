import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  checksumOfBytes,
  createDoorSigner,
  importDoorKey,
  partRequest,
  planUpload,
  unpackSignature,
  uriEncodeKey,
  type DoorRoute,
  type RouteSigner,
  type SignedRequest,
} from "@waybill/core";
import { createCloudFront, createLocalAws, type CloudFront, type LocalAws } from "@waybill/local-aws";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EdgeHandler } from "./create-edge-handler.ts";
import type { EdgeKeys } from "./edge-keys.ts";
import { writeEdgeBundle } from "./write-edge-bundle.ts";

const BUCKET = "waybill";
const KEY = "files/u1/01/a b+ü.txt";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:edge:1";
const bytes = Buffer.from("some bytes");
const checksum = checksumOfBytes("CRC64NVME", bytes);

let folder: string;
let aws: LocalAws;
let cloudFront: CloudFront;
let client: S3Client;
let signer: RouteSigner;
let now: Date;
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const pkcs8 = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }));
const spki = publicKey.export({ type: "spki", format: "der" }).toString("base64");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-edge-"));
  const dataDir = join(folder, "aws");
  const distributionId = "EWAYBILL";
  aws = await createLocalAws({
    dataDir,
    buckets: [
      {
        name: BUCKET,
        cors: [{ allowedOrigins: ["https://page.test"], allowedMethods: ["PUT"], allowedHeaders: ["*"] }],
        policy: {
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { Service: "cloudfront.amazonaws.com" },
            Action: [
              "s3:GetObject",
              "s3:PutObject",
              "s3:PutObjectAcl",
              "s3:DeleteObject",
              "s3:PutObjectTagging",
            ],
            Resource: `arn:aws:s3:::${BUCKET}/*`,
            Condition: {
              StringEquals: {
                "aws:SourceArn": `arn:aws:cloudfront::000000000000:distribution/${distributionId}`,
              },
            },
          },
        },
      },
    ],
  });
  const behavior = {
    TargetOriginId: "files",
    ViewerProtocolPolicy: "https-only",
    CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
    AllowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
    LambdaFunctionAssociations: [{ EventType: "viewer-request", LambdaFunctionARN: FUNCTION }],
  };
  cloudFront = await createCloudFront({
    distributionId,
    distributionConfig: {
      Enabled: true,
      Origins: [
        {
          Id: "files",
          DomainName: `${BUCKET}.s3.us-east-1.amazonaws.com`,
          OriginAccessControlId: "control",
          S3OriginConfig: {},
        },
      ],
      DefaultCacheBehavior: { ...behavior, AllowedMethods: ["GET", "HEAD"], LambdaFunctionAssociations: [] },
      CacheBehaviors: [{ ...behavior, PathPattern: "/up/*" }],
    },
    resources: {
      originAccessControls: {
        control: { OriginAccessControlOriginType: "s3", SigningBehavior: "always", SigningProtocol: "sigv4" },
      },
    },
    functions: { [FUNCTION]: await loadBundle([{ keyId: "d1", spki }]) },
    s3: { endpoint: aws.endpoint, region: aws.region, dataDir },
    loopbackIsSecure: true,
  });
  client = new S3Client({ ...aws, forcePathStyle: true });
  signer = signerFor("cloudfront");
  now = new Date();
});
afterAll(async () => {
  client.destroy();
  await cloudFront.close();
  await aws.close();
  await rm(folder, { recursive: true });
});

/** The bundle that is deployed, with its keys beside it. */
async function loadBundle(keys: EdgeKeys): Promise<EdgeHandler> {
  const module = writeEdgeBundle(await mkdtemp(join(folder, "bundle-")), keys);
  const { handler } = createRequire(import.meta.url)(module) as { handler: EdgeHandler };
  return handler;
}

function signerFor(route: DoorRoute, keyId = "d1", signing = pkcs8): RouteSigner {
  return createDoorSigner({
    route,
    urlOf: (objectKey) => `${cloudFront.endpoint}/up/${uriEncodeKey(objectKey)}`,
    key: () => importDoorKey({ keyId, pkcs8: signing }),
    now: () => now,
  });
}

async function signedPut(key = KEY, by = signer): Promise<SignedRequest> {
  const put = { key, fileName: "a.txt", contentType: "text/plain", metadata: { note: "é" } };
  const { template, signatures, signatureForm } = await by.signPut({
    put: { ...put, sizeBytes: bytes.length, overwrite: true },
    integrity: "CRC64NVME",
    checksum,
    policy: 60,
  });
  const signature = unpackSignature(signatures, 0, signatureForm) ?? "";
  return partRequest(template, { partNumber: 1, sizeBytes: bytes.length, checksum, signature });
}

const send = (request: SignedRequest, change: RequestInit = {}): Promise<Response> =>
  fetch(request.url, { method: request.method, headers: request.headers, body: bytes, ...change });

const stored = (Key: string) => client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));

describe("a grant", () => {
  it("brings an object to its own path, with what was granted and S3's own answer", async () => {
    const answer = await send(await signedPut());
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-amz-checksum-crc64nvme")).toBe(checksum);
    expect(answer.headers.get("etag")).toMatch(/^"[\da-f]{32}"$/);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }));
    expect(await Body?.transformToString()).toBe("some bytes");
    expect(await stored(KEY)).toMatchObject({
      ContentType: "text/plain",
      ContentDisposition: expect.stringContaining("a.txt"),
    });
  });

  it("brings the parts of an upload", async () => {
    const Key = "files/u1/02/parts";
    const { UploadId: uploadId = "" } = await client.send(
      new CreateMultipartUploadCommand({
        Bucket: BUCKET,
        Key,
        ChecksumAlgorithm: "CRC64NVME",
        ChecksumType: "FULL_OBJECT",
      }),
    );
    const plan = planUpload({
      sizeBytes: 17 * 1024 ** 2,
      partSizeBytes: 8 * 1024 ** 2,
      route: "cloudfront",
    });
    if (plan.kind !== "multipart") throw new Error("one request");
    const bodies = [8, 8, 1].map((size) => Buffer.alloc(size * 1024 ** 2, size));
    const parts = bodies.map((body, index) => ({
      partNumber: index + 1,
      checksum: checksumOfBytes("CRC64NVME", body),
    }));
    const signed = await signer.signParts({
      key: Key,
      uploadId,
      plan,
      integrity: "CRC64NVME",
      parts,
      policy: 60,
    });
    const Parts = [];
    for (const [index, part] of parts.entries()) {
      const body = bodies[index] ?? Buffer.alloc(0);
      const signature = unpackSignature(signed.signatures, index, signed.signatureForm) ?? "";
      const request = partRequest(signed.template, { ...part, sizeBytes: body.length, signature });
      const answer = await send(request, { body });
      expect(answer.status).toBe(200);
      Parts.push({
        PartNumber: part.partNumber,
        ETag: answer.headers.get("etag") ?? "",
        ChecksumCRC64NVME: part.checksum,
      });
    }
    await client.send(
      new CompleteMultipartUploadCommand({
        Bucket: BUCKET,
        Key,
        UploadId: uploadId,
        MultipartUpload: { Parts },
      }),
    );
    expect((await stored(Key)).ContentLength).toBe(17 * 1024 ** 2);
  });

  it("lets S3's errors come back", async () => {
    const request = await signedPut();
    const refused = await send(request, { body: Buffer.from("same bytes") });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("<Code>BadDigest</Code>");
  });

  it("is over when it has expired", async () => {
    const request = await signedPut();
    now = new Date(Date.now() - 3_600_000);
    const late = await signedPut();
    now = new Date();
    expect((await send(request)).status).toBe(200);
    const refused = await send(late);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("<Code>AccessDenied</Code><Message>Request has expired</Message>");
  });
});

describe("what was not granted", () => {
  const refusedBy = async (request: SignedRequest, change: RequestInit = {}): Promise<number> => {
    const answer = await send(request, change);
    expect(answer.headers.get("x-cache")).toMatch(/^(LambdaGeneratedResponse|Error) from cloudfront$/);
    return answer.status;
  };

  it.each([
    [
      "another object",
      (request: SignedRequest) => ({ ...request, url: request.url.replace("/01/", "/02/") }),
    ],
    [
      "another length",
      (request: SignedRequest) => ({ ...request, url: request.url.replace("length=10", "length=11") }),
    ],
    [
      "no signature",
      (request: SignedRequest) => ({ ...request, url: request.url.replace(/&waybill-signature=.*/, "") }),
    ],
    [
      "a later end",
      (request: SignedRequest) => ({ ...request, url: request.url.replace(/expires=\d/, "expires=9") }),
    ],
    ["another sub-resource", (request: SignedRequest) => ({ ...request, url: `${request.url}&acl` })],
    [
      "a parameter twice",
      (request: SignedRequest) => ({ ...request, url: `${request.url}&waybill-length=10` }),
    ],
    [
      "a path that leads there",
      (request: SignedRequest) => ({ ...request, url: request.url.replace("/up/", "//up/") }),
    ],
    [
      "another spelling of the key",
      (request: SignedRequest) => ({ ...request, url: request.url.replace("files", "%66iles") }),
    ],
    [
      "another type",
      (request: SignedRequest) => ({
        ...request,
        headers: { ...request.headers, "content-type": "text/html" },
      }),
    ],
    [
      "a copy",
      (request: SignedRequest) => ({
        ...request,
        headers: { ...request.headers, "x-amz-copy-source": `/${BUCKET}/other` },
      }),
    ],
    [
      "an ACL",
      (request: SignedRequest) => ({
        ...request,
        headers: { ...request.headers, "x-amz-acl": "public-read" },
      }),
    ],
    [
      "tags",
      (request: SignedRequest) => ({ ...request, headers: { ...request.headers, "x-amz-tagging": "a=b" } }),
    ],
  ])("is refused: %s", async (_what, change) => {
    const request = await signedPut();
    expect(await refusedBy(change(request))).toBe(403);
  });

  it("is refused with any character of the URL changed", async () => {
    const request = await signedPut();
    const base = `${cloudFront.endpoint}/up/`.length;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom("a", "B", "0", "-", "_", "%41", "&"),
        async (position, by) => {
          const at = base + (position % (request.url.length - base));
          fc.pre(request.url.at(at) !== decodeURIComponent(by)); // written otherwise, and meant the same
          const url = request.url.slice(0, at) + by + request.url.slice(at + 1);
          const { status } = await send({ ...request, url });
          expect([400, 403]).toContain(status);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each(["GET", "HEAD", "POST", "PATCH", "DELETE"])("is another method: %s", async (method) => {
    const request = await signedPut();
    const change = method === "GET" || method === "HEAD" ? { method, body: null } : { method };
    expect((await send(request, change)).status).toBe(403);
    expect((await stored(KEY)).ContentLength).toBe(bytes.length);
  });

  it("does not reach S3 where it says nothing of it: only what was granted goes on", async () => {
    const request = await signedPut("files/u1/03/a");
    const headers = {
      ...request.headers,
      "cache-control": "max-age=9",
      "content-encoding": "gzip",
      "content-language": "xx",
    };
    expect((await send({ ...request, headers })).status).toBe(200);
    const object = await stored("files/u1/03/a");
    expect(object.CacheControl).toBeUndefined();
    expect(object.ContentEncoding).toBeUndefined();
    expect(object.ContentLanguage).toBeUndefined();
  });

  it("is a body of no told length", async () => {
    const request = await signedPut();
    const body = new Blob([bytes]).stream();
    const refused = await fetch(request.url, {
      method: "PUT",
      headers: request.headers,
      body,
      duplex: "half",
    });
    expect(refused.status).toBe(411);
  });

  it("is what another door or another key has granted", async () => {
    expect(await refusedBy(await signedPut(KEY, signerFor("lambda")))).toBe(403);
    const other = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
    const foreign = new Uint8Array(other.export({ type: "pkcs8", format: "der" }));
    expect(await refusedBy(await signedPut(KEY, signerFor("cloudfront", "d1", foreign)))).toBe(403);
    expect(await refusedBy(await signedPut(KEY, signerFor("cloudfront", "d2", foreign)))).toBe(403);
  });
});

describe("a page", () => {
  it("is told by the bucket's rules whether it may, before it shows its grant", async () => {
    const ask = (origin: string) =>
      fetch(`${cloudFront.endpoint}/up/${uriEncodeKey(KEY)}?waybill-expires=1`, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "PUT",
          "access-control-request-headers": "content-type",
        },
      });
    const allowed = await ask("https://page.test");
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://page.test");
    expect((await ask("https://other.test")).status).toBe(403);
    const request = await signedPut();
    const put = await send({ ...request, headers: { ...request.headers, origin: "https://page.test" } });
    expect(put.headers.get("access-control-allow-origin")).toBe("https://page.test");
  });
});

it("does not start without keys that it can read", async () => {
  await expect(loadBundle([])).rejects.toThrow(/too_small|Too small|Invalid input/);
  await expect(loadBundle([{ keyId: "d1", spki: "?" }])).rejects.toThrow(/base64/);
});
