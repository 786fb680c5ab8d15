import { generateKeyPairSync, verify } from "node:crypto";
import { getSignedCookies, getSignedUrl } from "@aws-sdk/cloudfront-signer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uriEncodeKey } from "../sigv4/uri-encode.ts";
import { cloudFrontBase64 } from "./cloudfront-base64.ts";
import { importCloudFrontKey, newestCloudFrontKey, type CloudFrontHash } from "./cloudfront-key.ts";
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
const refused = { name: "WaybillError", code: "INVALID_INPUT" };

const rsaKey = (hash: CloudFrontHash) =>
  importCloudFrontKey({ keyPairId, privateKeyPem: rsa.privateKey, hash });
const ecKey = (hash: CloudFrontHash) =>
  importCloudFrontKey({ keyPairId, privateKeyPem: ec.privateKey, hash });

function sdkOptions(hash: CloudFrontHash) {
  const algorithm = hash === "SHA-1" ? ("SHA1" as const) : ("SHA256" as const);
  return { keyPairId, privateKey: rsa.privateKey, algorithm };
}

const scope = { domain: "example.com", path: "/files/u1/" };

/** Names and values of cookies, without their attributes. */
function valuesOf(cookies: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    cookies.map((cookie) => {
      const [pair = ""] = cookie.split("; ");
      return [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    }),
  );
}

function withoutPrefix(cookies: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(cookies).map(([name, value]) => [name.replace(/^CloudFront-/, ""), value]),
  );
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
    const cookies = await signCloudFrontCookies({ key: await rsaKey(hash), policy, scope });
    expect(valuesOf(cookies)).toEqual(expected);
  });
});

describe.each(hashes)("with ECDSA and %s", (hash) => {
  const isVerified = (text: string | Buffer, signature: string) =>
    verify(
      hash === "SHA-1" ? "sha1" : "sha256",
      Buffer.from(text),
      ec.publicKey,
      fromCloudFrontBase64(signature),
    );

  it("makes signatures that OpenSSL verifies, however short their numbers are", async () => {
    const key = await ecKey(hash);
    for (let round = 0; round < 300; round++) {
      const signed = await signCloudFrontUrl({ url: `${url}&n=${round}`, key, policy: { expiresAt } });
      const signature = new URL(signed).searchParams.get("Signature") ?? "";
      expect(isVerified(policyText({ resource: `${url}&n=${round}`, expiresAt }), signature)).toBe(true);
    }
  });

  it("signs in URLs and cookies the very policy that it sends, and names the hash that is not the default", async () => {
    const key = await ecKey(hash);
    const policy = { resource: "https://*/files/u1/*", expiresAt, startsAt, ipRange: "192.0.2.0/24" };
    const { searchParams } = new URL(await signCloudFrontUrl({ url, key, policy }));
    const cookies = valuesOf(await signCloudFrontCookies({ key, policy, scope }));
    const hashName = hash === "SHA-1" ? {} : { "Hash-Algorithm": "SHA256" };
    for (const sent of [Object.fromEntries(searchParams), withoutPrefix(cookies)]) {
      const { Policy = "", Signature = "", width: _width, ...rest } = sent;
      expect(isVerified(fromCloudFrontBase64(Policy), Signature)).toBe(true);
      expect(JSON.parse(fromCloudFrontBase64(Policy).toString())).toEqual({
        Statement: [
          {
            Resource: policy.resource,
            Condition: {
              DateLessThan: { "AWS:EpochTime": 1_796_083_200 },
              DateGreaterThan: { "AWS:EpochTime": 1_795_996_800 },
              IpAddress: { "AWS:SourceIp": "192.0.2.0/24" },
            },
          },
        ],
      });
      expect(rest).toEqual({ "Key-Pair-Id": keyPairId, ...hashName });
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
        ...refused,
        message: `A URL with a parameter ${name} cannot be signed: CloudFront uses that name.`,
      });
    },
  );

  it("keeps the URL's own parameters, and none of them makes a pattern of it", async () => {
    const key = await rsaKey("SHA-256");
    const own = "https://d111111abcdef8.cloudfront.net/a.jpg?name=*&policy=1";
    const signed = await signCloudFrontUrl({ url: own, key, policy: { expiresAt } }); // canned: this URL alone
    expect(signed.startsWith(`${own}&Expires=1796083200&`)).toBe(true);
    const custom = { expiresAt, startsAt };
    for (const policy of [custom, { expiresAt, ipRange: "192.0.2.0/24" }])
      await expect(signCloudFrontUrl({ url: own, key, policy })).rejects.toMatchObject({
        ...refused,
        message: "CloudFront reads * as a pattern: write %2A in the URL.",
      });
    const resource = "https://d111111abcdef8.cloudfront.net/*"; // a pattern that was asked for
    expect(await signCloudFrontUrl({ url: own, key, policy: { ...custom, resource } })).toContain("&Policy=");
  });
});

describe("signCloudFrontCookies", () => {
  const policy = { resource: "https://d111111abcdef8.cloudfront.net/files/u1/*", expiresAt };

  it("gives every cookie the same attributes, and no longer life than the policy", async () => {
    const key = await rsaKey("SHA-256");
    for (const sameSite of [undefined, "Strict", "None"] as const) {
      const cookies = await signCloudFrontCookies({
        key,
        policy,
        scope: { ...scope, ...(sameSite === undefined ? {} : { sameSite }) },
      });
      expect(cookies).toHaveLength(4);
      for (const cookie of cookies) {
        expect(cookie.split("; ").slice(1)).toEqual([
          "Domain=example.com",
          "Path=/files/u1/",
          "Expires=Tue, 01 Dec 2026 00:00:00 GMT",
          "Secure",
          "HttpOnly",
          `SameSite=${sameSite ?? "Lax"}`,
        ]);
      }
    }
  });

  it.each([
    { domain: "d111111abcdef8.cloudfront.net" },
    { domain: "CloudFront.net" },
    { domain: "" },
    { domain: "example.com; Path=/" },
    { domain: "a; example.com" },
    { path: "files/" },
    { path: "/files; Secure" },
    { path: "/a\r\nb" },
    { path: "/ä" },
  ])("refuses %j, which no browser takes as it is meant", async (some) => {
    const key = await rsaKey("SHA-256");
    const cookies = signCloudFrontCookies({ key, policy, scope: { ...scope, ...some } });
    const [[name, value] = []] = Object.entries(some);
    await expect(cookies).rejects.toMatchObject({
      ...refused,
      message: `A cookie cannot have the ${name} ${JSON.stringify(value)}.`,
    });
  });

  it("takes a site's own domain, also one that begins as CloudFront's", async () => {
    const site = { domain: "cloudfront.net.example.com", path: "/" };
    const cookies = await signCloudFrontCookies({ key: await rsaKey("SHA-1"), policy, scope: site });
    expect(cookies).toHaveLength(3);
  });
});

describe("several active keys", () => {
  const day = (number: number) => new Date(Date.UTC(2026, 10, number));

  it("sign by turns: the newest that is active, while the signatures of all stay good", async () => {
    const pairs = [
      { id: "K1", ...rsa, activeFrom: day(1) },
      { id: "K3", ...ec, activeFrom: day(20) },
      { id: "K2", ...rsa, activeFrom: day(10) },
    ];
    const keys = await Promise.all(
      pairs.map(({ id, privateKey, activeFrom }) =>
        importCloudFrontKey({ keyPairId: id, privateKeyPem: privateKey, hash: "SHA-256", activeFrom }),
      ),
    );
    const signers: string[] = [];
    for (let now = 1; now <= 28; now++) {
      const key = newestCloudFrontKey(keys, day(now));
      const { searchParams } = new URL(await signCloudFrontUrl({ url, key, policy: { expiresAt } }));
      const signer = pairs.find(({ id }) => id === searchParams.get("Key-Pair-Id")) ?? expect.fail();
      const signature = fromCloudFrontBase64(searchParams.get("Signature") ?? "");
      const text = Buffer.from(policyText({ resource: url, expiresAt }));
      expect(verify("sha256", text, signer.publicKey, signature)).toBe(true);
      signers.push(signer.id);
    }
    expect(signers).toEqual([
      ...Array.from({ length: 9 }, () => "K1"),
      ...Array.from({ length: 10 }, () => "K2"),
      ...Array.from({ length: 9 }, () => "K3"),
    ]);
  });

  it("are none before the first begins, and a key that names no beginning has always signed", async () => {
    const key = await rsaKey("SHA-1");
    expect(newestCloudFrontKey([key], day(1))).toBe(key);
    const later = { ...key, activeFrom: day(2) };
    expect(newestCloudFrontKey([later, key], day(1))).toBe(key);
    expect(newestCloudFrontKey([later, key], day(2))).toBe(later);
    expect(() => newestCloudFrontKey([later], day(1))).toThrow(
      expect.objectContaining({ code: "ROUTE_UNAVAILABLE", message: "No CloudFront key is active." }),
    );
  });
});

describe("importCloudFrontKey", () => {
  it("says what to do with a key in another form, and names no part of it", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    await expect(importCloudFrontKey({ keyPairId, privateKeyPem: privateKey })).rejects.toMatchObject({
      ...refused,
      message: "The CloudFront key is no PKCS#8 PEM: convert it with `openssl pkcs8 -topk8 -nocrypt`.",
    });
  });

  it("refuses a key that CloudFront does not take", async () => {
    const refusals = [
      [generateKeyPairSync("ed25519").privateKey.export(pkcs8), "neither RSA nor ECDSA"],
      [
        generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey.export(pkcs8),
        "neither RSA nor ECDSA",
      ],
      [generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export(pkcs8), "2,048 bits"],
    ] as const;
    for (const [pem, message] of refusals)
      await expect(importCloudFrontKey({ keyPairId, privateKeyPem: String(pem) })).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining(message) as string,
      });
  });
});

describe("cloudFrontBase64", () => {
  it("uses CloudFront's alphabet", () => {
    expect(cloudFrontBase64(Uint8Array.from([0xfb, 0xff, 0xfe, 0x00]))).toBe("-~~-AA__");
  });
});
