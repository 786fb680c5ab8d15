import { generateKeyPairSync, verify } from "node:crypto";
import { getSignedCookies, getSignedUrl } from "@aws-sdk/cloudfront-signer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uriEncodeKey } from "../sigv4/uri-encode.ts";
import { cloudFrontBase64 } from "./cloudfront-base64.ts";
import { importCloudFrontKey, type CloudFrontHash } from "./cloudfront-key.ts";
import { policyText } from "./cloudfront-policy.ts";
import { signCloudFrontCookies } from "./sign-cloudfront-cookies.ts";
import { signCloudFrontUrl } from "./sign-cloudfront-url.ts";

const pkcs8 = { type: "pkcs8", format: "pem" } as const;
const spki = { type: "spki", format: "pem" } as const;
const rsa = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: pkcs8,
  publicKeyEncoding: spki,
});
const ec = generateKeyPairSync("ec", {
  namedCurve: "prime256v1",
  privateKeyEncoding: pkcs8,
  publicKeyEncoding: spki,
});
const keyPairId = "K2JCJMDEHXQW5F";
const expiresAt = new Date("2026-12-01T00:00:00Z");
const startsAt = new Date("2026-11-30T00:00:00Z");
const url = "https://d111111abcdef8.cloudfront.net/files/a.jpg?width=10";
const hashes: CloudFrontHash[] = ["SHA-1", "SHA-256"];

const rsaKey = (hash: CloudFrontHash) =>
  importCloudFrontKey({ keyPairId, privateKeyPem: rsa.privateKey, hash });

function sdkOptions(hash: CloudFrontHash) {
  const algorithm = hash === "SHA-1" ? ("SHA1" as const) : ("SHA256" as const);
  return { keyPairId, privateKey: rsa.privateKey, algorithm };
}

function fromCloudFrontBase64(text: string): Buffer {
  return Buffer.from(text.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/"), "base64");
}

describe.each(hashes)("with RSA and %s", (hash) => {
  it("signs the SDK's URL for a canned policy, whatever the key", async () => {
    const key = await rsaKey(hash);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), async (name) => {
        // The SDK leaves these as they are in a path; we send what S3's own signatures want.
        fc.pre(!/[!'()*]/.test(name));
        const target = `https://d111111abcdef8.cloudfront.net/${uriEncodeKey(`a/${name.replaceAll("/", "_")}`)}`;
        const expected = getSignedUrl({ ...sdkOptions(hash), url: target, dateLessThan: expiresAt });
        expect(await signCloudFrontUrl({ url: target, key, policy: { expiresAt } })).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  it("signs the SDK's URL for a custom policy", async () => {
    const ipRange = "192.0.2.0/24";
    const expected = getSignedUrl({
      ...sdkOptions(hash),
      url,
      dateLessThan: expiresAt,
      dateGreaterThan: startsAt,
      ipAddress: ipRange,
    });
    const policy = { expiresAt, startsAt, ipRange };
    expect(await signCloudFrontUrl({ url, key: await rsaKey(hash), policy })).toBe(expected);
  });

  it("signs the SDK's cookies for a prefix", async () => {
    const policy = { resource: "https://d111111abcdef8.cloudfront.net/files/u1/*", expiresAt };
    const expected = getSignedCookies({ ...sdkOptions(hash), policy: policyText(policy) });
    const scope = { domain: "example.com", path: "/files/u1/" };
    const cookies = await signCloudFrontCookies({ key: await rsaKey(hash), policy, scope });
    const values = Object.fromEntries(
      cookies.map((cookie) => {
        const [pair = ""] = cookie.split("; ");
        return [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      }),
    );
    expect(values).toEqual(expected);
    for (const cookie of cookies) {
      expect(cookie).toMatch(
        /; Domain=example\.com; Path=\/files\/u1\/; Expires=Tue, 01 Dec 2026 00:00:00 GMT; Secure; HttpOnly; SameSite=Lax$/,
      );
    }
  });
});

describe.each(hashes)("with ECDSA and %s", (hash) => {
  it("makes signatures that OpenSSL verifies, however short their numbers are", async () => {
    const key = await importCloudFrontKey({ keyPairId, privateKeyPem: ec.privateKey, hash });
    for (let round = 0; round < 300; round++) {
      const signed = await signCloudFrontUrl({ url: `${url}&n=${round}`, key, policy: { expiresAt } });
      const signature = fromCloudFrontBase64(/Signature=([^&]+)/.exec(signed)?.[1] ?? "");
      const text = Buffer.from(policyText({ resource: `${url}&n=${round}`, expiresAt }));
      expect(verify(hash === "SHA-1" ? "sha1" : "sha256", text, ec.publicKey, signature)).toBe(true);
    }
  });
});

describe("signCloudFrontUrl", () => {
  it("sends a policy whose resource is a pattern", async () => {
    const resource = "https://d111111abcdef8.cloudfront.net/files/*";
    const signed = await signCloudFrontUrl({
      url,
      key: await rsaKey("SHA-256"),
      policy: { resource, expiresAt },
    });
    const policy = fromCloudFrontBase64(new URL(signed).searchParams.get("Policy") ?? "").toString();
    expect(policy).toBe(
      `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":1796083200}}}]}`,
    );
    expect(signed).not.toContain("Expires=");
  });

  it.each(["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"])(
    "refuses a URL with %s in it",
    async (name) => {
      const key = await rsaKey("SHA-1");
      await expect(
        signCloudFrontUrl({ url: `${url}&${name}=1`, key, policy: { expiresAt } }),
      ).rejects.toMatchObject({
        code: "INVALID_INPUT",
      });
    },
  );
});

describe("importCloudFrontKey", () => {
  it("says what to do with a key in another form, and names no part of it", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    await expect(importCloudFrontKey({ keyPairId, privateKeyPem: privateKey })).rejects.toThrow(
      "openssl pkcs8 -topk8 -nocrypt",
    );
  });

  it("refuses a key that CloudFront does not take", async () => {
    const { privateKey } = generateKeyPairSync("ed25519", {
      privateKeyEncoding: pkcs8,
      publicKeyEncoding: spki,
    });
    await expect(importCloudFrontKey({ keyPairId, privateKeyPem: privateKey })).rejects.toThrow(
      "neither RSA nor ECDSA",
    );
  });
});

describe("cloudFrontBase64", () => {
  it("uses CloudFront's alphabet", () => {
    expect(cloudFrontBase64(Uint8Array.from([0xfb, 0xff, 0xfe, 0x00]))).toBe("-~~-AA__");
  });
});
