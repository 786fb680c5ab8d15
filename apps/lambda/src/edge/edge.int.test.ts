import { mkdtemp } from "node:fs/promises";
import { request as sendRequest } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type S3Client,
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
import type { CloudFront } from "@waybill/local-aws";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EdgeHandler } from "./create-edge-handler.ts";
import type { EdgeKeys } from "./edge-keys.ts";
import { makeDoorKeys, otherSignature } from "../testing/door-keys.ts";
import { distributionBucketPolicy } from "../testing/local-distribution.ts";
import { openDistribution } from "../testing/open-distribution.ts";
import { BUCKET, openStore, type TestStore } from "../testing/open-store.ts";
import { writeEdgeBundle } from "./write-edge-bundle.ts";

const KEY = "files/u1/01/a b+ü.txt";
const bytes = Buffer.from("some bytes");
const checksum = checksumOfBytes("CRC64NVME", bytes);

let store: TestStore;
let cloudFront: CloudFront;
let client: S3Client;
let signer: RouteSigner;
let now: Date;
const keys = makeDoorKeys("d1");

beforeAll(async () => {
  store = await openStore({
    bucket: {
      cors: [{ allowedOrigins: ["https://page.test"], allowedMethods: ["PUT"], allowedHeaders: ["*"] }],
      policy: distributionBucketPolicy(BUCKET, [
        "s3:GetObject",
        "s3:PutObject",
        // More than it is given: the door has to do without.
        "s3:PutObjectAcl",
        "s3:DeleteObject",
        "s3:PutObjectTagging",
      ]),
    },
  });
  ({ client } = store);
  ({ cloudFront } = await openDistribution({
    store: { ...store.aws, bucket: BUCKET },
    dataDir: store.dataDir,
    keys,
    origins: ["https://page.test"],
  }));
  signer = signerFor("cloudfront");
  now = new Date();
});
afterAll(async () => {
  await cloudFront.close();
  await store[Symbol.asyncDispose]();
});

/** The bundle that is deployed, with its keys beside it. */
async function loadBundle(edgeKeys: EdgeKeys): Promise<EdgeHandler> {
  const module = writeEdgeBundle(await mkdtemp(join(store.dataDir, "bundle-")), edgeKeys);
  const { handler } = createRequire(import.meta.url)(module) as { handler: EdgeHandler };
  return handler;
}

function signerFor(route: DoorRoute, by = keys): RouteSigner {
  const { keyId, pkcs8 } = by;
  return createDoorSigner({
    route,
    urlOf: (key) => `${cloudFront.endpoint}/up/${uriEncodeKey(key)}`,
    key: () => importDoorKey({ keyId, pkcs8 }),
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

/** With path and length as they are, where `fetch` would put them in order. */
function raw({ url, method, headers }: SignedRequest): Promise<{ status: number | undefined; text: string }> {
  const { origin, hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = sendRequest(
      {
        hostname,
        port,
        method,
        path: url.slice(origin.length),
        headers: { "content-length": 10, ...headers },
      },
      (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, text: body }), reject);
      },
    );
    request.once("error", reject);
    request.write(bytes); // a longer one is answered before all of it has come
  });
}
const rawStatus = async (request: SignedRequest) => (await raw(request)).status;

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
    ["another signature", (request: SignedRequest) => ({ ...request, url: otherSignature(request.url) })],
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

  it.each(["../02/a", "%2e%2e/02/a", "..%2f02/a", "..%5c02/a", "./../02/a", "a/../../02/a", "%00"])(
    "is a path that climbs out of the key: %s",
    async (path) => {
      const request = await signedPut("files/u1/01/a");
      const url = request.url.replace("/01/a", `/01/${path}`);
      expect(await rawStatus({ ...request, url })).toBe(403);
      await expect(stored("files/u1/02/a")).rejects.toMatchObject({ name: "NotFound" });
    },
  );

  it("is a part of which the grant does not speak", async () => {
    const sizeBytes = 4 * bytes.length;
    const { template, signatures, signatureForm } = await signer.signParts({
      key: KEY,
      uploadId: "u",
      plan: { kind: "multipart", sizeBytes, partSizeBytes: bytes.length, partCount: 4 },
      integrity: "CRC64NVME",
      parts: [{ partNumber: 3, checksum }],
      policy: 60,
    });
    const signature = unpackSignature(signatures, 0, signatureForm) ?? "";
    const part = (partNumber: number) =>
      partRequest(template, { partNumber, sizeBytes: bytes.length, signature, checksum });
    expect((await send(part(3))).status).toBe(404); // the door let it through, and there is no such upload
    expect(await refusedBy(part(4))).toBe(403);
  });

  it("is more than CloudFront takes, which it says in a sentence, and stores nothing", async () => {
    const request = await signedPut("files/u1/04/large");
    const headers = { ...request.headers, "content-length": String(64 * 1024 ** 3 + 1) };
    const refused = await raw({ ...request, headers });
    expect(refused.status).toBe(413);
    expect(refused.text).toContain("The request is larger than CloudFront takes.");
    await expect(stored("files/u1/04/large")).rejects.toMatchObject({ name: "NotFound" });
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
    for (const keyId of ["d1", "d2"])
      expect(await refusedBy(await signedPut(KEY, signerFor("cloudfront", makeDoorKeys(keyId))))).toBe(403);
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
