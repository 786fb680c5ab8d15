import { createPublicKey } from "node:crypto";
import { getSignedCookies, getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { importCloudFrontKey, signCloudFrontCookies, signCloudFrontUrl } from "@waybill/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CloudFrontError } from "../cloudfront-error.ts";
import { ECDSA_KEY, FOREIGN_KEY, RSA_KEY, type SigningKey } from "../testing/signing-keys.ts";
import { checkViewer } from "./check-viewer.ts";
import { readSignatureClaim } from "./signature-claim.ts";

const BASE = "http://127.0.0.1:4300";
const now = new Date("2026-11-28T12:00:00Z");
const inAnHour = new Date(now.getTime() + 3_600_000);
const trustedKeys = new Map(
  [RSA_KEY, ECDSA_KEY].map(({ keyPairId, publicKey }) => [keyPairId, createPublicKey(publicKey)]),
);

/** @returns `ok`, or the code of the refusal */
function check(
  url: string,
  options: { cookie?: string; clientIp?: string; at?: Date } = {},
): string | undefined {
  const { cookie, clientIp = "192.0.2.10", at = now } = options;
  const querystring = url.split("?").slice(1).join("?");
  try {
    checkViewer(readSignatureClaim({ querystring, cookie }), { url, clientIp, trustedKeys, now: at });
    return "ok";
  } catch (error) {
    if (error instanceof CloudFrontError && error.status === 403) return error.code;
    throw error;
  }
}

const HASHES = [undefined, "SHA256"] as const;
const SIGNERS = [RSA_KEY, ECDSA_KEY].flatMap((key) => HASHES.map((algorithm) => ({ key, algorithm })));

/** As the SDK signs, which is Amazon's own. */
function sdkUrl({ key, algorithm }: (typeof SIGNERS)[number], url: string, policy?: object): string {
  const signer = {
    keyPairId: key.keyPairId,
    privateKey: key.privateKey,
    ...(algorithm && { algorithm }),
  };
  return policy === undefined
    ? getSignedUrl({ ...signer, url, dateLessThan: inAnHour.toISOString() })
    : getSignedUrl({ ...signer, url, policy: JSON.stringify(policy) });
}

function sdkCookie(key: SigningKey, input: object, algorithm?: "SHA256"): string {
  const { keyPairId, privateKey } = key;
  const cookies = getSignedCookies({
    url: `${BASE}/a`,
    dateLessThan: inAnHour.toISOString(),
    keyPairId,
    privateKey,
    ...(algorithm && { algorithm }),
    ...input,
  });
  return toCookie(cookies);
}

function toCookie(cookies: object): string {
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
}

function policyOf(Resource: string | undefined, condition: object = {}): object {
  const DateLessThan = { "AWS:EpochTime": inAnHour.getTime() / 1000 };
  return {
    Statement: [{ ...(Resource !== undefined && { Resource }), Condition: { DateLessThan, ...condition } }],
  };
}

describe.each(SIGNERS)("a signature of $key.keyPairId with $algorithm", (signer) => {
  it("opens the URL that it is for, with a canned and with a custom policy", () => {
    expect(check(sdkUrl(signer, `${BASE}/a/b%20c?size=large&x`))).toBe("ok");
    expect(check(sdkUrl(signer, `${BASE}/a/b`, policyOf(`${BASE}/a/*`)))).toBe("ok");
  });

  it("opens it in cookies, too", () => {
    const canned = sdkCookie(signer.key, {}, signer.algorithm);
    expect(check(`${BASE}/a`, { cookie: canned })).toBe("ok");
    expect(check(`${BASE}/b`, { cookie: canned })).toBe("AccessDenied");
    const { keyPairId, privateKey } = signer.key;
    const custom = toCookie(
      getSignedCookies({
        keyPairId,
        privateKey,
        policy: JSON.stringify(policyOf(`${BASE}/mine/*`)),
        ...(signer.algorithm && { algorithm: signer.algorithm }),
      }),
    );
    expect(check(`${BASE}/mine/x?y`, { cookie: `other=1; ${custom}` })).toBe("ok");
    expect(check(`${BASE}/theirs/x`, { cookie: custom })).toBe("AccessDenied");
  });

  it("is refused when any character of it, of its policy or of its URL is another", () => {
    const urls = [
      sdkUrl(signer, `${BASE}/a/b?size=large`),
      sdkUrl(signer, `${BASE}/a/b`, policyOf(`${BASE}/a/b`)),
    ];
    expect(urls.map((url) => check(url))).toEqual(["ok", "ok"]);
    fc.assert(
      fc.property(
        fc.constantFrom(...urls),
        fc.nat(),
        fc.constantFrom(...Array.from("abcXYZ019-_~=&%./?")),
        (url, position, character) => {
          const at = BASE.length + (position % (url.length - BASE.length));
          fc.pre(url[at] !== character);
          const changed = url.slice(0, at) + character + url.slice(at + 1);
          expect(check(changed)).not.toBe("ok");
        },
      ),
      { numRuns: 150 },
    );
  });

  it("is refused with anything added to the query, in any place", () => {
    const url = sdkUrl(signer, `${BASE}/a`);
    expect(check(`${url}&x=1`)).toBe("AccessDenied");
    expect(check(url.replace("?", "?x=1&"))).toBe("AccessDenied");
  });
});

describe("core's signatures", () => {
  it.each(SIGNERS)("open what they are for: $key.keyPairId with $algorithm", async ({ key, algorithm }) => {
    const signing = await importCloudFrontKey({
      keyPairId: key.keyPairId,
      privateKeyPem: key.privateKey,
      hash: algorithm === undefined ? "SHA-1" : "SHA-256",
    });
    const url = `${BASE}/a/b?response-content-disposition=x`;
    expect(check(await signCloudFrontUrl({ url, key: signing, policy: { expiresAt: inAnHour } }))).toBe("ok");
    const policy = {
      resource: `${BASE}/a/*`,
      expiresAt: inAnHour,
      startsAt: new Date(0),
      ipRange: "192.0.2.0/24",
    };
    const signed = await signCloudFrontUrl({ url, key: signing, policy });
    expect(check(signed)).toBe("ok");
    expect(check(signed, { clientIp: "198.51.100.1" })).toBe("AccessDenied");
    const setCookies = await signCloudFrontCookies({
      key: signing,
      policy,
      scope: { domain: "example.com", path: "/" },
    });
    const cookie = setCookies.map((line) => line.split(";")[0]).join("; ");
    expect(check(`${BASE}/a/c`, { cookie })).toBe("ok");
    expect(check(`${BASE}/b`, { cookie })).toBe("AccessDenied");
  });
});

describe("time", () => {
  const url = sdkUrl({ key: ECDSA_KEY, algorithm: "SHA256" }, `${BASE}/a`);
  const startsAt = { "AWS:EpochTime": now.getTime() / 1000 };
  const later = sdkUrl(
    { key: ECDSA_KEY, algorithm: "SHA256" },
    `${BASE}/a`,
    policyOf(`${BASE}/a`, { DateGreaterThan: startsAt }),
  );

  it("ends at DateLessThan, to the millisecond", () => {
    expect(check(url, { at: new Date(inAnHour.getTime() - 1) })).toBe("ok");
    expect(check(url, { at: inAnHour })).toBe("AccessDenied");
  });

  it("begins after DateGreaterThan: on or before the specified time it is refused", () => {
    expect(check(later, { at: now })).toBe("AccessDenied");
    expect(check(later, { at: new Date(now.getTime() + 1) })).toBe("ok");
  });
});

describe("an address", () => {
  const signed = (range: string) =>
    sdkUrl(
      { key: ECDSA_KEY, algorithm: undefined },
      `${BASE}/a`,
      policyOf(`${BASE}/a`, { IpAddress: { "AWS:SourceIp": range } }),
    );

  it.each([
    ["192.0.2.10/32", "ok"],
    ["192.0.2.10", "ok"],
    ["192.0.2.0/24", "ok"],
    ["0.0.0.0/0", "ok"],
    ["192.0.2.11/32", "AccessDenied"],
    ["198.51.100.0/24", "AccessDenied"],
    ["2001:db8::/32", "MalformedPolicy"],
    ["192.0.2.0/33", "MalformedPolicy"],
    ["192.0.2.256", "MalformedPolicy"],
  ])("%s: %s", (range, expected) => expect(check(signed(range))).toBe(expected));

  it("of the sixth version is in no range", () => {
    expect(check(signed("0.0.0.0/0"), { clientIp: "2001:db8::1" })).toBe("AccessDenied");
  });
});

describe("what is asked for first", () => {
  const url = sdkUrl({ key: ECDSA_KEY, algorithm: undefined }, `${BASE}/a`);
  const cookie = sdkCookie(ECDSA_KEY, {});

  it("is the key: without its id nothing else counts", () => {
    expect(check(`${BASE}/a`)).toBe("MissingKey");
    expect(check(url.replace(/&Key-Pair-Id=[^&]*/, ""))).toBe("MissingKey");
    expect(check(url.replace(/(Key-Pair-Id=)[^&]*/, "$1"))).toBe("MissingKey");
    expect(check(url.replace(/(Key-Pair-Id=)[^&]*/, "$1KOTHER"))).toBe("InvalidKey");
  });

  it("does not open for a key that nobody trusts", () => {
    const foreign = sdkUrl({ key: FOREIGN_KEY, algorithm: undefined }, `${BASE}/a`);
    expect(check(foreign)).toBe("InvalidKey");
    expect(check(foreign.replace(FOREIGN_KEY.keyPairId, ECDSA_KEY.keyPairId))).toBe("AccessDenied");
    expect(check(foreign.replace(FOREIGN_KEY.keyPairId, RSA_KEY.keyPairId))).toBe("AccessDenied");
  });

  it("is in the URL: one with any of the parameters does not open by its cookies", () => {
    expect(check(`${BASE}/a`, { cookie })).toBe("ok");
    for (const parameter of [
      "Expires=1",
      "Policy=x",
      "Signature=x",
      "Key-Pair-Id=x",
      "Hash-Algorithm=SHA256",
    ]) {
      expect(check(`${BASE}/a?${parameter}`, { cookie })).not.toBe("ok");
    }
    expect(check(url, { cookie: "CloudFront-Key-Pair-Id=x" })).toBe("ok");
  });

  it("is the hash that is named, and no other", () => {
    expect(check(`${url}&Hash-Algorithm=SHA1`)).toBe("ok");
    expect(check(`${url}&Hash-Algorithm=SHA256`)).toBe("AccessDenied");
    expect(check(`${url}&Hash-Algorithm=MD5`)).toBe("AccessDenied");
  });

  it("is in CloudFront's own base64", () => {
    // Each signature is another one; some have nothing that the two write in different ways.
    let signed = url;
    while (!/Signature=[^&]*~/.test(signed))
      signed = sdkUrl({ key: ECDSA_KEY, algorithm: undefined }, `${BASE}/a`);
    const [, signature = ""] = /Signature=([^&]*)/.exec(signed) ?? [];
    const bytes = Buffer.from(
      signature.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/"),
      "base64",
    );
    expect(check(signed.replace(signature, bytes.toString("base64url")))).not.toBe("ok");
    expect(check(signed.replace(signature, encodeURIComponent(bytes.toString("base64"))))).toBe(
      "MalformedSignature",
    );
    expect(check(signed.replace(signature, ""))).toBe("AccessDenied");
  });
});

describe("a policy", () => {
  const signed = (policy: object) => sdkUrl({ key: ECDSA_KEY, algorithm: "SHA256" }, `${BASE}/a`, policy);
  const statement = { Resource: `${BASE}/a`, Condition: { DateLessThan: { "AWS:EpochTime": 4e9 } } };

  it("opens everything without a Resource, as Amazon warns", () => {
    expect(check(signed(policyOf(undefined)))).toBe("ok");
  });

  it.each([
    ["two statements", { Statement: [statement, statement] }],
    ["none", { Statement: [] }],
    ["no end", { Statement: [{ Resource: `${BASE}/a`, Condition: {} }] }],
    ["a quoted time", policyOf(`${BASE}/a`, { DateLessThan: { "AWS:EpochTime": "4000000000" } })],
    ["another condition", policyOf(`${BASE}/a`, { StringEquals: { "aws:UserAgent": "x" } })],
    ["an effect", { Statement: [{ Effect: "Allow", ...statement }] }],
    ["a version", { Version: "2012-10-17", Statement: [statement] }],
    ["a resource without a protocol", policyOf("127.0.0.1:4300/a")],
  ])("with %s is malformed, however well signed", (_what, policy) => {
    expect(check(signed(policy))).toBe("MalformedPolicy");
  });
});
