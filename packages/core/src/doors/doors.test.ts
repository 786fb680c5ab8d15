import { generateKeyPairSync, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partRequest } from "../multipart/part-request.ts";
import { partRange, planUpload } from "../multipart/plan-upload.ts";
import { MiB } from "../s3-limits.ts";
import type { SignedRequest } from "../schemas/request.ts";
import { unpackSignature } from "../sigv4/packed-signatures.ts";
import { keys as objectKeys } from "../testing/signing-arbitraries.ts";
import { importDoorKey, importDoorPublicKey, publicHalfOfDoorKey } from "./door-key.ts";
import type { DoorRequest, DoorRoute } from "./door-request.ts";
import { createDoorSigner } from "./door-signer.ts";
import { verifyDoorRequest } from "./verify-door-request.ts";

const now = new Date("2026-11-28T10:00:00Z");
const ec = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const pkcs8 = new Uint8Array(ec.privateKey.export({ type: "pkcs8", format: "der" }));
const spki = new Uint8Array(ec.publicKey.export({ type: "spki", format: "der" }));
const key = await importDoorKey({ keyId: "d1", pkcs8 });
const publicKeys = [await importDoorPublicKey({ keyId: "d1", spki })];
const routes = ["lambda", "apigateway", "cloudfront"] as const;
const BASE = "https://door.example/objects/";

function signerOf(route: DoorRoute) {
  const urlOf = (objectKey: string) => BASE + encodeURIComponent(objectKey);
  return createDoorSigner({ route, urlOf, key: async () => key, now: () => now });
}

/** What a door makes of what arrives. */
function arrived({ method, url, headers }: SignedRequest, sizeBytes?: number): DoorRequest {
  const { pathname, searchParams } = new URL(url);
  return {
    method,
    key: decodeURIComponent(pathname.slice("/objects/".length)),
    query: Object.fromEntries(searchParams),
    headers: { ...headers, ...(sizeBytes === undefined ? {} : { "content-length": String(sizeBytes) }) },
  };
}

const check = (request: DoorRequest, route: DoorRoute, at = now) =>
  verifyDoorRequest(request, { route, publicKeys, now: at });

const texts = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((text) => text.isWellFormed()),
  fc.constantFrom("{partNumber}", "{sizeBytes}", "{signature}", "a b", "&partNumber=2", "+", "%2B"),
);
const checksum = "rosUhgp5mIg=";
const plan = planUpload({ sizeBytes: 20 * MiB, route: "presigned" });

async function signedPart(route: DoorRoute, objectKey: string, uploadId: string, partNumber: number) {
  const signed = await signerOf(route).signParts({
    key: objectKey,
    uploadId,
    plan,
    integrity: "CRC64NVME",
    parts: [
      { partNumber: 1, checksum: "AAAAAAAAAAA=" },
      { partNumber, checksum },
    ],
    policy: 900,
  });
  const { start, end } = partRange(plan, partNumber);
  const sizeBytes = end - start;
  const signature = unpackSignature(signed.signatures, 1, signed.signatureForm) ?? "";
  return { request: partRequest(signed.template, { partNumber, sizeBytes, signature, checksum }), sizeBytes };
}

describe("a grant for a door", () => {
  it("opens it for exactly the part that was signed, whatever key and uploadId look like", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        objectKeys,
        texts,
        fc.integer({ min: 1, max: plan.partCount }),
        async (route, objectKey, uploadId, partNumber) => {
          const { request, sizeBytes } = await signedPart(route, objectKey, uploadId, partNumber);
          expect(request.url.startsWith(BASE + encodeURIComponent(objectKey))).toBe(true);
          expect(await check(arrived(request, sizeBytes), route)).toEqual({
            ok: true,
            grant: {
              method: "PUT",
              key: objectKey,
              query: { partNumber: String(partNumber), uploadId },
              headers: { "x-amz-checksum-crc64nvme": checksum, "x-amz-sdk-checksum-algorithm": "CRC64NVME" },
              sizeBytes,
            },
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("opens it for exactly the object that was signed", async () => {
    const signed = await signerOf("lambda").signPut({
      put: {
        key: "files/u1/a",
        fileName: "ä.png",
        contentType: "image/png",
        metadata: { title: "ß" },
        sizeBytes: 3,
        overwrite: false,
      },
      integrity: "MD5",
      checksum: "rL0Y20zC+Fzt72VPzMSk2A==",
      policy: 900,
    });
    const signature = unpackSignature(signed.signatures, 0, signed.signatureForm) ?? "";
    const one = { partNumber: 1, sizeBytes: 3, signature, checksum: "rL0Y20zC+Fzt72VPzMSk2A==" };
    const verdict = await check(arrived(partRequest(signed.template, one), 3), "lambda");
    expect(verdict).toMatchObject({ ok: true, grant: { key: "files/u1/a", sizeBytes: 3, query: {} } });
    expect(verdict.ok && Object.keys(verdict.grant.headers).toSorted()).toEqual([
      "content-disposition",
      "content-md5",
      "content-type",
      "if-none-match",
      "x-amz-meta-title",
    ]);
  });

  it("lets a reader say which bytes of which version", async () => {
    const { request } = await signedGet("apigateway");
    const wanted = { range: "bytes=0-1", "if-match": '"e"', accept: "*/*" };
    const verdict = await check({ ...arrived(request), headers: wanted }, "apigateway");
    expect(verdict).toMatchObject({
      ok: true,
      grant: { method: "GET", headers: { range: "bytes=0-1", "if-match": '"e"' }, sizeBytes: 0 },
    });
    expect(verdict.ok && verdict.grant.headers).not.toHaveProperty("accept");
  });

  it("is a signature that OpenSSL takes, over a text that anybody can write down", async () => {
    const { request } = await signedGet("lambda");
    const { searchParams } = new URL(request.url);
    const disposition = encodeURIComponent(searchParams.get("response-content-disposition") ?? "")
      .replaceAll("'", "%27")
      .replaceAll("*", "%2A");
    const text = [
      "waybill-door-1",
      "lambda",
      "GET",
      "files/u1/a",
      `response-content-disposition=${disposition}&waybill-expires=${now.getTime() / 1000 + 900}&waybill-key-id=d1`,
    ].join("\n");
    const signature = Buffer.from(searchParams.get("waybill-signature") ?? "", "base64url");
    expect(signature).toHaveLength(64);
    expect(
      verify("sha256", Buffer.from(text), { key: ec.publicKey, dsaEncoding: "ieee-p1363" }, signature),
    ).toBe(true);
  });

  it("has a public half that can be told from the private one", async () => {
    expect(await publicHalfOfDoorKey({ keyId: "d1", pkcs8 })).toEqual(spki);
  });
});

function signedGet(route: DoorRoute) {
  return signerOf(route).signGet({
    key: "files/u1/a",
    fileName: "a",
    disposition: "attachment",
    policy: 900,
  });
}

describe("a door refuses", () => {
  const noGrant = { ok: false, message: "The request has no grant for this." };
  const changes: [string, (request: DoorRequest) => DoorRequest][] = [
    ["another method", (request) => ({ ...request, method: "GET" })],
    ["another key", (request) => ({ ...request, key: "files/u2/a" })],
    ["a key that goes up", (request) => ({ ...request, key: "files/u1/../u2/a" })],
    ["another part", (request) => withQuery(request, { partNumber: "1" })],
    ["another upload", (request) => withQuery(request, { uploadId: "v" })],
    ["another length in the grant", (request) => withQuery(request, { "waybill-length": "9" })],
    ["a later end", (request) => withQuery(request, { "waybill-expires": "9999999999" })],
    ["another key's name", (request) => withQuery(request, { "waybill-key-id": "d2" })],
    ["fewer headers", (request) => withQuery(request, { "waybill-headers": "x-amz-checksum-crc64nvme" })],
    ["a parameter more", (request) => withQuery(request, { acl: "" })],
    ["no signature", (request) => withQuery(request, { "waybill-signature": "" })],
    [
      "a signature written in another way",
      (request) => withQuery(request, { "waybill-signature": respelt(request) }),
    ],
    ["half a signature", (request) => withQuery(request, { "waybill-signature": "A".repeat(43) })],
    ["another checksum", (request) => withHeader(request, { "x-amz-checksum-crc64nvme": "AAAAAAAAAAA=" })],
    [
      "a checksum too few",
      ({ headers: { "content-length": length = "" }, ...request }) => ({
        ...request,
        headers: { "content-length": length },
      }),
    ],
  ];
  it.each(changes)("%s", async (_, change) => {
    const { request, sizeBytes } = await signedPart("cloudfront", "files/u1/a", "u", 2);
    const right = arrived(request, sizeBytes);
    expect(await check(right, "cloudfront")).toMatchObject({ ok: true });
    expect(await check(change(right), "cloudfront")).toEqual(noGrant);
  });

  it("a grant for another door", async () => {
    const { request, sizeBytes } = await signedPart("cloudfront", "files/u1/a", "u", 2);
    expect(await check(arrived(request, sizeBytes), "lambda")).toEqual(noGrant);
  });

  it("what S3 would understand and nobody granted, a body of another length, and what comes too late", async () => {
    const { request, sizeBytes } = await signedPart("cloudfront", "files/u1/a", "u", 2);
    const right = arrived(request, sizeBytes);
    expect(await check(withHeader(right, { "x-amz-acl": "public-read" }), "cloudfront")).toEqual({
      ok: false,
      message: "x-amz-acl was not granted.",
    });
    expect(await check(withHeader(right, { "content-length": "7" }), "cloudfront")).toEqual({
      ok: false,
      message: `The body has 7 bytes, and ${8 * MiB} were granted.`,
    });
    const end = new Date(now.getTime() + 900_000);
    expect(await check(right, "cloudfront", new Date(end.getTime() - 1))).toMatchObject({ ok: true });
    expect(await check(right, "cloudfront", end)).toEqual({ ok: false, message: "Request has expired" });
  });

  it("a signature of another key under the same name", async () => {
    const other = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey;
    const publicKey = { keyId: "d1", spki: new Uint8Array(other.export({ type: "spki", format: "der" })) };
    const { request } = await signedGet("lambda");
    const options = { route: "lambda" as const, publicKeys: [await importDoorPublicKey(publicKey)], now };
    expect(await verifyDoorRequest(arrived(request), options)).toEqual(noGrant);
  });

  it("keys of another kind, and tells nothing of them", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const wrong = new Uint8Array(rsa.privateKey.export({ type: "pkcs8", format: "der" }));
    const refusal = { code: "INVALID_INPUT", message: 'The door key "x" is no ECDSA P-256 key.' };
    await expect(importDoorKey({ keyId: "x", pkcs8: wrong })).rejects.toMatchObject(refusal);
    await expect(publicHalfOfDoorKey({ keyId: "x", pkcs8: wrong })).rejects.toMatchObject(refusal);
    await expect(importDoorPublicKey({ keyId: "x", spki: pkcs8 })).rejects.toMatchObject(refusal);
  });
});

/** The same bytes: the last character has four bits that say nothing. */
function respelt({ query }: DoorRequest): string {
  const signature = query["waybill-signature"] ?? "";
  const last = String.fromCharCode(signature.charCodeAt(85) + 1);
  const other = signature.slice(0, 85) + last;
  expect(Buffer.from(other, "base64url")).toEqual(Buffer.from(signature, "base64url"));
  return other;
}

function withQuery(request: DoorRequest, query: Record<string, string>): DoorRequest {
  return { ...request, query: { ...request.query, ...query } };
}

function withHeader(request: DoorRequest, headers: Record<string, string>): DoorRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}
