import { getSignedCookies } from "@aws-sdk/cloudfront-signer";
import { describe, expect, it } from "vitest";
import {
  ec,
  ecKey,
  expiresAt,
  fromCloudFrontBase64,
  hashes,
  isVerified,
  keyPairId,
  refused,
  rsaKey,
  sdkOptions,
  startsAt,
  url,
} from "../testing/cloudfront-keys.ts";
import { policyText } from "./cloudfront-policy.ts";
import { signCloudFrontCookies } from "./sign-cloudfront-cookies.ts";
import { signCloudFrontUrl } from "./sign-cloudfront-url.ts";

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

describe.each(hashes)("signCloudFrontCookies with %s", (hash) => {
  it("signs the SDK's cookies for a prefix", async () => {
    const policy = { resource: "https://d111111abcdef8.cloudfront.net/files/u1/*", expiresAt };
    const expected = getSignedCookies({ ...sdkOptions(hash), policy: policyText(policy) });
    const cookies = await signCloudFrontCookies({ key: await rsaKey(hash), policy, scope });
    expect(valuesOf(cookies)).toEqual(expected);
  });

  it("signs in URLs and cookies the very policy that it sends, and names the hash that is not the default", async () => {
    const key = await ecKey(hash);
    const policy = { resource: "https://*/files/u1/*", expiresAt, startsAt, ipRange: "192.0.2.0/24" };
    const { searchParams } = new URL(await signCloudFrontUrl({ url, key, policy }));
    const cookies = valuesOf(await signCloudFrontCookies({ key, policy, scope }));
    const hashName = hash === "SHA-1" ? {} : { "Hash-Algorithm": "SHA256" };
    for (const sent of [Object.fromEntries(searchParams), withoutPrefix(cookies)]) {
      const { Policy = "", Signature = "", width: _width, ...rest } = sent;
      const text = fromCloudFrontBase64(Policy);
      expect(isVerified({ text, signature: Signature, publicKey: ec.publicKey, hash })).toBe(true);
      expect(JSON.parse(text.toString())).toEqual({
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

  it("refuses a path that browsers would pass over as too long", async () => {
    const key = await rsaKey("SHA-256");
    const sign = (length: number) =>
      signCloudFrontCookies({ key, policy, scope: { ...scope, path: "/".padEnd(length, "a") } });
    expect(await sign(1024)).toHaveLength(4);
    await expect(sign(1025)).rejects.toMatchObject(refused);
  });

  it("takes a site's own domain, also one that begins as CloudFront's", async () => {
    const site = { domain: "cloudfront.net.example.com", path: "/" };
    const cookies = await signCloudFrontCookies({ key: await rsaKey("SHA-1"), policy, scope: site });
    expect(cookies).toHaveLength(3);
  });
});
