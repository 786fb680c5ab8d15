import { randomBytes } from "node:crypto";
import { request as sendRequest } from "node:http";
import { buffer } from "node:stream/consumers";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import {
  checksumOfBytes,
  doorKeyText,
  keyOfDoorText,
  MiB,
  partRequest,
  type PutToSign,
  type SignedRequest,
  unpackSignature,
} from "@waybill/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRestDoor, PAGE, type RestDoor } from "../testing/open-rest-door.ts";
import { BUCKET } from "../testing/open-store.ts";

let door: RestDoor;
beforeAll(async () => {
  door = await openRestDoor();
});
afterAll(() => door[Symbol.asyncDispose]());

const KEY = "in/alice/01/Übung (1).txt";
const policy = 900;

async function put(body: Uint8Array, changes: Partial<PutToSign> = {}): Promise<SignedRequest> {
  const checksum = crc(body);
  const { template, signatures } = await door.signer.signPut({
    put: {
      key: KEY,
      fileName: "Übung (1).txt",
      contentType: "text/plain",
      metadata: {},
      sizeBytes: body.length,
      overwrite: true,
      ...changes,
    },
    integrity: "CRC64NVME",
    checksum,
    policy,
  });
  const signature = unpackSignature(signatures, 0, "base64url") ?? "";
  return partRequest(template, { partNumber: 1, sizeBytes: body.length, signature, checksum });
}

async function get(key = KEY): Promise<SignedRequest> {
  const { request } = await door.signer.signGet({
    key,
    fileName: "a.txt",
    disposition: "attachment",
    policy,
  });
  return request;
}

function crc(bytes: Uint8Array): string {
  return checksumOfBytes("CRC64NVME", bytes);
}

const send = ({ url, method, headers }: SignedRequest, body?: Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });

const TEXT = new TextEncoder().encode("Grüße");

describe("an upload through API Gateway", () => {
  it("arrives with its type, name and checksum", async () => {
    const response = await send(await put(TEXT), TEXT);
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("etag")).toMatch(/^"[\da-f]{32}"$/);
    expect(response.headers.get("x-amz-checksum-crc64nvme")).toBe(crc(TEXT));
    const stored = await door.client.send(
      new HeadObjectCommand({ Bucket: BUCKET, Key: KEY, ChecksumMode: "ENABLED" }),
    );
    expect(stored).toMatchObject({
      ContentType: "text/plain",
      ContentLength: TEXT.length,
      ContentDisposition: expect.stringContaining("filename*=UTF-8''%C3%9Cbung%20%281%29.txt"),
      ChecksumCRC64NVME: crc(TEXT),
      Metadata: {},
    });
  });

  it("goes in parts of 5 MiB to just below 10 MB", async () => {
    const target = { Bucket: BUCKET, Key: "in/alice/02/parts" };
    const { UploadId: uploadId = "" } = await door.client.send(
      new CreateMultipartUploadCommand({
        ...target,
        ChecksumAlgorithm: "CRC64NVME",
        ChecksumType: "FULL_OBJECT",
        Metadata: { team: "a" },
      }),
    );
    const partSizeBytes = 10 * MiB - 1;
    const body = randomBytes(partSizeBytes + 5 * MiB);
    const plan = { kind: "multipart" as const, sizeBytes: body.length, partSizeBytes, partCount: 2 };
    const bodies = [body.subarray(0, partSizeBytes), body.subarray(partSizeBytes)];
    const parts = bodies.map((bytes, index) => ({ partNumber: index + 1, checksum: crc(bytes), bytes }));
    const { template, signatures } = await door.signer.signParts({
      key: target.Key,
      uploadId,
      plan,
      integrity: "CRC64NVME",
      parts,
      policy,
    });
    const Parts = await Promise.all(
      parts.map(async ({ bytes, ...part }, index) => {
        const signature = unpackSignature(signatures, index, "base64url") ?? "";
        const response = await send(
          partRequest(template, { ...part, sizeBytes: bytes.length, signature }),
          new Uint8Array(bytes),
        );
        expect([response.status, response.headers.get("x-amz-checksum-crc64nvme")]).toEqual([
          200,
          part.checksum,
        ]);
        return { PartNumber: part.partNumber, ETag: response.headers.get("etag") ?? "" };
      }),
    );
    const completed = await door.client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId: uploadId, MultipartUpload: { Parts } }),
    );
    expect(completed.ChecksumCRC64NVME).toBe(crc(body));
    const { Body, Metadata } = await door.client.send(new GetObjectCommand(target));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    expect(Metadata).toEqual({ team: "a" });

    const whole = await send(await get(target.Key));
    expect(whole.status).toBe(500); // 15 MiB are too much for one answer, and are read in ranges
    const { headers, ...request } = await get(target.Key);
    const range = await send({
      ...request,
      headers: { ...headers, range: `bytes=${5 * MiB}-${15 * MiB - 2}` },
    });
    expect([range.status, range.headers.get("content-range")]).toEqual([
      206,
      `bytes ${5 * MiB}-${15 * MiB - 2}/${body.length}`,
    ]);
    expect(Buffer.from(await range.arrayBuffer()).equals(body.subarray(5 * MiB, 15 * MiB - 1))).toBe(true);
  });

  it("replaces nothing where that was not granted, however the client writes it", async () => {
    const once = await put(TEXT, { key: "in/alice/03/once", overwrite: false });
    expect((await send(once, TEXT)).status).toBe(200);
    const again = await send(once, TEXT);
    expect([again.status, await again.text()]).toEqual([412, expect.stringContaining("PreconditionFailed")]);
    const { "if-none-match": _, ...without } = once.headers;
    expect((await send({ ...once, headers: without }, TEXT)).status).toBe(403);
    // S3 gets what was granted, and does not depend on the case that API Gateway looks a name up by.
    expect((await raw(once, { ...without, "IF-NONE-MATCH": "*" }, TEXT)).status).toBe(412);
  });

  it("with user metadata is refused, as that would get lost", async () => {
    const request = await put(TEXT, { metadata: { team: "a" } });
    expect(request.headers).toHaveProperty("x-amz-meta-team", "a");
    expect((await send(request, TEXT)).status).toBe(403);
  });

  it("with other bytes than were granted is refused by S3", async () => {
    const response = await send(
      await put(TEXT, { key: "in/alice/04/k" }),
      new TextEncoder().encode("Grüsse"),
    );
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining("<Code>BadDigest</Code>"),
    ]);
  });

  it.each(["in/a/1/100%", "in/a/1/a%2Fb", "in/a/1/a?b#c", "in/a/1/ä b&c=d;e,f:g@h$i!j'k(l)m*n"])(
    "arrives under the key %s",
    async (key) => {
      expect((await send(await put(TEXT, { key }), TEXT)).status).toBe(200);
      const { Contents } = await door.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: key }));
      expect(Contents?.map(({ Key }) => Key)).toEqual([key]);
      expect(await (await send(await get(key))).text()).toBe("Grüße");
    },
  );

  it("cannot have a plus in its key, and is not stored under another", async () => {
    const response = await send(await put(TEXT, { key: "in/a/2/a+b" }), TEXT);
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining("SignatureDoesNotMatch"),
    ]);
    const { KeyCount } = await door.client.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "in/a/2" }),
    );
    expect(KeyCount).toBe(0);
  });
});

describe("a download through API Gateway", () => {
  beforeAll(() => door.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "down", Body: TEXT })));

  it("has what S3 answers, whatever the client accepts", async () => {
    for (const accept of ["*/*", "text/plain", "application/json"]) {
      const { headers, ...request } = await get("down");
      const response = await send({ ...request, headers: { ...headers, accept } });
      expect([response.status, await response.text()]).toEqual([200, "Grüße"]);
      expect(response.headers.get("content-disposition")).toContain('attachment; filename="a.txt"');
      expect(response.headers.get("content-type")).toBe("application/octet-stream");
      expect(response.headers.get("x-amz-checksum-crc64nvme")).toBe(crc(TEXT));
      expect(response.headers.get("last-modified")).not.toBeNull();
    }
  });

  it.each([
    ["a range", { range: "bytes=0-1" }, 206],
    ["a range that is not there", { range: "bytes=100-" }, 416],
    ["another version", { "if-match": '"other"' }, 412],
    ["one that is not that old", { "if-unmodified-since": "Thu, 01 Jan 1970 00:00:00 GMT" }, 412],
  ])("of %s is S3's answer", async (_what, headers, status) => {
    const request = await get("down");
    expect((await send({ ...request, headers })).status).toBe(status);
  });

  it("of what the client has is 304", async () => {
    const request = await get("down");
    const { headers: had } = await send(request);
    const etag = had.get("etag") ?? "";
    const modified = had.get("last-modified") ?? "";
    for (const [name, value] of [
      ["if-none-match", etag],
      ["if-modified-since", modified],
    ] as const) {
      const response = await send({ ...request, headers: { [name]: value } });
      expect([response.status, response.headers.get("etag")]).toEqual([304, etag]);
    }
  });

  it("can be a HEAD, which tells the size", async () => {
    const response = await send({ ...(await get("down")), method: "HEAD" });
    expect([response.status, response.headers.get("x-amzn-remapped-content-length")]).toEqual([
      200,
      String(TEXT.length),
    ]);
  });
});

describe("a request without the grant for it", () => {
  const other = (change: (request: SignedRequest) => SignedRequest) => async () => change(await put(TEXT));
  const underKey = (toText: (text: string) => string) =>
    other((request) => ({
      ...request,
      url: request.url.replace(/(?<=\/objects\/)[\w-]+/, toText),
    }));
  const inUrl = (from: string | RegExp, to: string) =>
    other((request) => ({ ...request, url: request.url.replace(from, to) }));

  it.each<[string, () => Promise<SignedRequest>, number]>([
    ["has no grant at all", inUrl(/\?.*/, ""), 401],
    ["has no signature", inUrl(/&waybill-signature=.*/, ""), 401],
    ["has another signature", inUrl(/waybill-signature=./, "waybill-signature=_"), 403],
    ["is for another key", underKey(() => doorKeyText("in/bob/1")), 403],
    ["climbs out of the key", underKey((text) => doorKeyText(`${keyOfDoorText(text)}/../../bob/1`)), 403],
    ["has the key as it is", underKey((text) => encodeURIComponent(keyOfDoorText(text) ?? "")), 403],
    [
      "has the key encoded twice",
      underKey((text) => `%25${text.charCodeAt(0).toString(16)}${text.slice(1)}`),
      403,
    ],
    ["climbs out of the path", inUrl("/objects/", "/objects/..%2f..%2f"), 403],
    ["has the key in segments", underKey((text) => `in/${text}`), 403],
    ["is another method", other((request) => ({ ...request, method: "GET" })), 403],
    [
      "has a query parameter more",
      other((request) => ({ ...request, url: `${request.url}&partNumber=1` })),
      403,
    ],
    ["names one twice", inUrl("waybill-length", "waybill-length=5&waybill-length"), 403],
    ["has another type", other((request) => withHeader(request, "content-type", "text/html")), 403],
    [
      "has another checksum",
      other((request) => withHeader(request, "x-amz-checksum-crc64nvme", "AAAAAAAAAAA=")),
      403,
    ],
    ["makes it public", other((request) => withHeader(request, "x-amz-acl", "public-read")), 403],
    ["copies", other((request) => withHeader(request, "x-amz-copy-source", `${BUCKET}/down`)), 403],
    [
      "puts another method over its own",
      other((request) => withHeader(request, "x-http-method-override", "GET")),
      403,
    ],
  ])("that %s is refused, in our words", async (_what, make, status) => {
    const request = await make();
    const response = await raw(request, request.headers, TEXT);
    const words = status === 401 ? /^This request has no grant\. The API gives them out\.$/ : ACCESS_DENIED;
    const isUnknownPath = response.headers["x-amzn-errortype"] === "MissingAuthenticationTokenException";
    expect(response.status).toBe(status);
    expect(JSON.parse(response.text)).toEqual({
      message: expect.stringMatching(isUnknownPath ? /^Missing Authentication Token$/ : words) as string,
    });
    expect(response.headers["access-control-allow-origin"]).toBe(PAGE);
  });

  it("does not even reach the authorizer when it has none", async () => {
    const before = door.asked();
    await send(await inUrl(/&waybill-signature=.*/, "")(), TEXT);
    expect(door.asked()).toBe(before);
  });

  it("is refused for a part that was not granted", async () => {
    const { template, signatures } = await door.signer.signParts({
      key: KEY,
      uploadId: "u",
      plan: { kind: "multipart", sizeBytes: 4 * TEXT.length, partSizeBytes: TEXT.length, partCount: 4 },
      integrity: "CRC64NVME",
      parts: [{ partNumber: 3, checksum: crc(TEXT) }],
      policy,
    });
    const signature = unpackSignature(signatures, 0, "base64url") ?? "";
    const part = async (partNumber: number) =>
      send(
        partRequest(template, { partNumber, sizeBytes: TEXT.length, signature, checksum: crc(TEXT) }),
        TEXT,
      );
    const [third, fourth] = [await part(3), await part(4)];
    expect([third.status, await third.text()]).toEqual([404, expect.stringContaining("NoSuchUpload")]);
    expect([fourth.status, await fourth.json()]).toEqual([
      403,
      { message: "The request has no grant for this." },
    ]);
  });

  it("is refused when it is late", async () => {
    door.clock.now = new Date(Date.now() - policy * 1000);
    const late = await put(TEXT);
    door.clock.now = new Date();
    const refusal = await send(late, TEXT);
    expect([refusal.status, await refusal.json()]).toEqual([403, { message: "Request has expired" }]);
    expect((await send(await put(TEXT), TEXT)).status).toBe(200);
  });

  it("changes nothing for S3 with whatever else it sends", async () => {
    const name = fc.oneof(
      fc.constantFrom(
        "key",
        "uploadId",
        "context.authorizer.key",
        "x-uploadid",
        "partnumber",
        "if-match",
        "cookie",
      ),
      fc.stringMatching(/^x-[a-z]{1,8}$/),
    );
    const text = fc.constantFrom("in/bob/01/secret", "1", "*", "u");
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, text, { minKeys: 1 }), async (headers) => {
        const request = await put(TEXT, { key: "in/alice/05/only" });
        expect((await raw(request, { ...request.headers, ...headers }, TEXT)).status).toBe(200);
      }),
      { numRuns: 25 },
    );
    const { Contents } = await door.client.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "in/bob" }),
    );
    expect(Contents).toBeUndefined();
  });
});

const ACCESS_DENIED =
  /^(The request (has no grant for this|cannot be passed on as it is)|x-[\w-]+ was not granted)\.$/;

describe("a failure", () => {
  it("of 10 MB and more is told in a sentence", async () => {
    const key = "in/alice/06/too-large";
    const response = await send(await put(TEXT, { key }), new Uint8Array(10 * MiB + 1));
    expect([response.status, await response.json()]).toEqual([413, { message: "Request Too Long" }]);
    const head = door.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }));
    await expect(head).rejects.toMatchObject({ name: "NotFound" });
  });

  it.each([
    ["AccessDenied", 403],
    ["NoSuchKey", 404],
    ["MethodNotAllowed", 405],
    ["ConditionalRequestConflict", 409],
    ["MissingContentLength", 411],
    ["InternalError", 500],
    ["NotImplemented", 501],
    ["SlowDown", 503],
  ] as const)("of S3 such as %s keeps its status and its words", async (code, status) => {
    const action = { kind: "error", code, retryAfterSeconds: 7 } as const;
    using _fault = door.aws.faults.inject({ match: { key: KEY }, action });
    const response = await send(await put(TEXT), TEXT);
    expect([response.status, response.headers.get("retry-after")]).toEqual([status, "7"]);
    expect(response.headers.get("content-type")).toBe("application/xml");
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });

  it("of a missing object is 403, with and without a body, as its role lists nothing", async () => {
    const request = await get("missing");
    const response = await send(request);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("<Code>AccessDenied</Code>");
    expect((await send({ ...request, method: "HEAD" })).status).toBe(403);
  });
});

describe("a page", () => {
  it("is told what it may send and see", async () => {
    const { url } = await put(TEXT);
    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: { origin: PAGE, "access-control-request-method": "PUT" },
    });
    expect([preflight.status, Object.fromEntries(preflight.headers)]).toEqual([
      204,
      expect.objectContaining({
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "GET,HEAD,PUT",
        "access-control-allow-headers": "*",
        "access-control-max-age": "7200",
      }),
    ]);
    for (const response of [await send(await put(TEXT), TEXT), await send(await get("missing"))]) {
      expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
      expect(response.headers.get("access-control-expose-headers")).toContain("ETag");
    }
  });
});

function withHeader(request: SignedRequest, name: string, value: string): SignedRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

/** With path and headers as they are, where `fetch` would put them in order. */
function raw(
  { url, method }: SignedRequest,
  headers: Record<string, string>,
  body: Uint8Array,
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  const { origin, hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    sendRequest(
      {
        hostname,
        port,
        path: url.slice(origin.length),
        method,
        headers: { ...headers, "content-length": body.length },
      },
      (response) => {
        buffer(response).then(
          (bytes) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString() }),
          reject,
        );
      },
    )
      .once("error", reject)
      .end(body);
  });
}
